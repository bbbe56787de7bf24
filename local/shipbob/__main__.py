"""Run the simulator as a process: `python -m local.shipbob --folder DIR`. SIGTERM or SIGINT ends it."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from pathlib import Path

from local.shipbob.simulator import ShipBobSimulator


def main() -> None:
    """Serve until told to stop; one line of JSON on standard output says where, once it is ready."""
    parser = argparse.ArgumentParser(prog="python -m local.shipbob", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the private authority's files are kept")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--auth-port", type=int, default=0)
    parser.add_argument("--retry-scale", type=float, default=1.0, help="shortens the gaps between webhook tries")
    given = parser.parse_args()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    made = ShipBobSimulator(
        given.folder,
        given.port,
        control_port=given.control_port,
        auth_port=given.auth_port,
        retry_scale=given.retry_scale,
    )
    with made as shipbob:
        print(json.dumps(ready(shipbob)), flush=True)
        stopping.wait()


def ready(shipbob: ShipBobSimulator) -> dict[str, str]:
    """What whoever started the process needs to know."""
    return {
        "url": shipbob.url,
        "auth": shipbob.auth_url,
        "control": shipbob.control_url,
        "ca_bundle": str(shipbob.ca_bundle),
        "token": shipbob.token,
    }


if __name__ == "__main__":
    main()
