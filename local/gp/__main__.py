"""`python -m local.gp --folder DIR`: the simulator as a process, until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from pathlib import Path

from local.gp.ntlm import BINDINGS
from local.gp.server import OFFERS
from local.gp.simulator import GpSimulator


def main() -> None:
    """Prints one line of JSON when ready: url, sba, control, ca_bundle, username, password."""
    arguments = _arguments()
    password = arguments.password_file.read_text(encoding="utf-8").strip() if arguments.password_file else None
    told_to_stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: told_to_stop.set())
    with GpSimulator(
        arguments.folder,
        keeps_login=arguments.login == "kept",
        offers=arguments.offers,
        binding=arguments.binding,
        lockout_threshold=arguments.lockout_threshold,
        anonymous_help=arguments.anonymous_help,
        help_status=arguments.help_status,
        port=arguments.port,
        control_port=arguments.control_port,
        password=password,
    ) as gp:
        print(json.dumps(_ready(gp)), flush=True)
        told_to_stop.wait()


def _ready(gp: GpSimulator) -> dict[str, str]:
    return {
        "url": gp.url,
        "sba": gp.sba_url,
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
    parser.add_argument("--offers", choices=tuple(OFFERS), default="ntlm", help="the logins that a 401 offers")
    parser.add_argument("--binding", choices=BINDINGS, default="off", help="of a login to the certificate")
    parser.add_argument("--lockout-threshold", type=int, help="bad passwords that lock the account; never, left out")
    parser.add_argument("--anonymous-help", action="store_true", help="the help page needs no login")
    parser.add_argument("--help-status", type=int, choices=(200, 400, 405), default=200, help="how a GET is answered")
    parser.add_argument("--password-file", type=Path, help="the account's password; made up when left out")
    return parser.parse_args()


if __name__ == "__main__":
    main()
