"""The doors are woken in the environment that Lambda gives a function."""

from tests.entrypoints.conftest import environment

__all__ = ["environment"]
