"""The webhook door answers from a cold start: what only others need, to speak to GP or to ShipBob's API, stays out."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.entrypoints.waking import ENVIRONMENT, ROOT

NEEDED_BY_OTHERS = {"httpx", "httpcore", "pydantic", "lxml", "requests", "requests_ntlm", "cryptography", "spnego"}
TO_ITS_LAST_PORT = """
import json, sys
import functions.receive_webhook.handler
from bridge import runtime

ports = runtime.ports()
ports.webhooks, ports.to_gp
print(json.dumps(sorted(sys.modules)))
"""


def loaded_by(code: str) -> set[str]:
    """The packages that a process has loaded after it ran the code."""
    environment = {**ENVIRONMENT, "PYTHONPATH": f"{ROOT}:{ROOT / 'shared'}"}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in json.loads(run.stdout)}


def test_the_door_with_all_its_ports_loads_nothing_that_only_others_need() -> None:
    loaded = loaded_by(TO_ITS_LAST_PORT)

    assert "boto3" in loaded  # it did make its ports
    assert loaded & NEEDED_BY_OTHERS == set()


def test_checking_a_signature_needs_nobody_elses_code() -> None:
    loaded = loaded_by(
        "import json, sys; before = set(sys.modules); import bridge.shipbob.webhook\n"
        "new = [sys.modules[name] for name in sys.modules.keys() - before]\n"
        "print(json.dumps([one.__name__ for one in new if 'site-packages' in (getattr(one, '__file__', '') or '')]))"
    )

    assert loaded == set()
