"""Keeps the login out of every log: a type 3 message can be attacked offline by whoever reads it."""

from __future__ import annotations

import logging

import requests_ntlm  # noqa: F401 - it brings the loggers that are silenced
import urllib3  # noqa: F401 - likewise

# At DEBUG these print whole NTLM tokens and Authorization headers.
TALKATIVE = ("spnego", "requests_ntlm", "urllib3", "http.client")
TOKENS = ("TlRMTVNTUA", "NTLM ", "Negotiate ", "Authorization")  # the first is how every NTLM message begins, in base64


def silence() -> None:
    """Hold the libraries' loggers to warnings without a token, whatever level anybody sets on them later."""
    for name in (*TALKATIVE, *logging.root.manager.loggerDict):
        if name.partition(".")[0] in {talker.partition(".")[0] for talker in TALKATIVE}:
            logger = logging.getLogger(name)
            logger.setLevel(logging.WARNING)
            logger.addFilter(_holds_no_token)


def _holds_no_token(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING and not any(token in record.getMessage() for token in TOKENS)
