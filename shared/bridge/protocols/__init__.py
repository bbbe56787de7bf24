"""Promises kept over rows and a clock: what makes crashes and repeats harmless. Pure."""
