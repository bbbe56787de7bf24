"""TLS as the bridge speaks it with GP."""

from __future__ import annotations

import ssl

from urllib3.util.ssl_ import create_urllib3_context


def context(*, is_strict: bool) -> ssl.SSLContext:
    """Strict is by RFC 5280, as Python does from 3.13 on by itself; not strict clears that one flag only."""
    made = create_urllib3_context()
    made.verify_flags |= ssl.VERIFY_X509_STRICT
    if not is_strict:
        made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return made
