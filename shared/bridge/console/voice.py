"""The command's own voice: sentences for a person, or JSON for a script."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence


def say(options: argparse.Namespace, found: object, lines: Sequence[str]) -> None:
    """Print `found` as JSON where `--json` was given, else the lines."""
    text = json.dumps(found, indent=2) if options.json else "\n".join(lines)
    print(text)  # noqa: T201 - this is the voice
