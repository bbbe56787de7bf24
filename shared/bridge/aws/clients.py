"""Clients of AWS's services, each with the patience of a function that others wait behind."""

from __future__ import annotations

from typing import Any


def client(service: str) -> Any:
    """A client of a service, as boto3 names it; boto3 is loaded when the first is made."""
    import boto3
    from botocore.config import Config

    # A function that waits long for AWS holds a slot that another document needs.
    patience = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "max_attempts": 4})
    make: Any = boto3.client
    return make(service, config=patience)
