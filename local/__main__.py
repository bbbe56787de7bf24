"""`python -m local VERB`: what the Makefile calls."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from local.storm import cli as storm

INTERRUPTED = 130  # as a shell counts it: 128 and the signal
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "shared"))  # where the product is: the storm runs it in this process


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local", description="The bridge's world on a laptop.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    verb = verbs.add_parser("demo", help="play a distributor's day and show what became of it")
    verb.add_argument("--keep", action="store_true", help="leave everything running until Ctrl-C")
    verb.set_defaults(run=_demo)
    verb = verbs.add_parser("storm", help="play simulated schedules, and check that nothing is lost, doubled or wrong")
    storm.add_arguments(verb)
    verb.set_defaults(run=storm.run)
    options = parser.parse_args()
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        print("Stopped.")
        return INTERRUPTED


def _demo(options: argparse.Namespace) -> int:
    from local import demo

    return demo.run(ROOT / ".local" / "demo", keep=options.keep)


if __name__ == "__main__":
    sys.exit(main())
