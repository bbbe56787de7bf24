"""`python -m local.gp --folder DIR`: the simulator as a process, until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from pathlib import Path

from local.gp.simulator import GpSimulator


def main() -> None:
    """Prints one line of JSON when ready: url, control, ca_bundle, username, password."""
    arguments = _arguments()
    password = arguments.password_file.read_text(encoding="utf-8").strip() if arguments.password_file else None
    told_to_stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: told_to_stop.set())
    with GpSimulator(
        arguments.folder,
        keeps_login=arguments.login == "kept",
        port=arguments.port,
        control_port=arguments.control_port,
        password=password,
    ) as gp:
        print(json.dumps(_ready(gp)), flush=True)
        told_to_stop.wait()


def _ready(gp: GpSimulator) -> dict[str, str]:
    return {
        "url": gp.url,
        "control": gp.control_url,
        "ca_bundle": str(gp.ca_bundle),
        "username": gp.username,
        "password": gp.password,
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.gp", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="keeps the private authority and the accounts' file")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--login", choices=("kept", "each-request"), default="kept")
    parser.add_argument("--password-file", type=Path, help="the account's password; made up when left out")
    return parser.parse_args()


if __name__ == "__main__":
    main()
