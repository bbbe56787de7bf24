"""Python functions under awslambdaric, in a clean interpreter of the declared runtime.

ministack runs them in its own interpreter, with its own packages and the host's environment, which hides a missing
dependency. Its Lambda Runtime API, the one it serves to `provided.*` functions, is complete though: so a Python
function becomes a `provided` one whose bootstrap is `python -m awslambdaric`, as in AWS's own image.
"""
# mypy: ignore-errors

import hashlib
import json
import os
import re
import shutil
import threading
import uuid
from pathlib import Path

from ministack.core import lambda_runtime
from ministack.services import lambda_svc, sts

BOOTSTRAP = '#!/bin/sh\nexec "$_LAMBDA_PYTHON" -m awslambdaric "$_HANDLER"\n'
PASSED_ON = {"AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "_HANDLER"}
ENDPOINT = "AWS_ENDPOINT_URL"

_original_env = lambda_svc._provided_worker_env
_original_code_dir = lambda_svc._provided_runtime_code_dir
_original_worker_class = lambda_runtime._worker_class_for
_original_warm = lambda_svc._execute_function_warm
_layers_lock = threading.Lock()
_runtime_port_of_key: dict[str, int] = {}  # access key of an execution environment -> the port of its Runtime API


def install() -> None:
    lambda_svc._provided_runtime_code_dir = code_dir
    lambda_svc._provided_worker_env = environment
    lambda_runtime._worker_class_for = lambda config: (
        PythonWorker if is_python(config) else _original_worker_class(config)
    )
    lambda_svc._execute_function_warm = execute_warm


def is_python(config: dict) -> bool:
    return str(config.get("Runtime", "")).startswith("python")


def interpreter_for(config: dict) -> str:
    runtime = config["Runtime"]
    found = os.environ.get("LAMBDA_PYTHON_" + re.sub(r"\D", "_", runtime.removeprefix("python")))
    if not found:
        raise lambda_runtime.ProvidedRuntimeError(
            f"the local cloud has no interpreter for the declared runtime {runtime}", "Runtime.InvalidEntrypoint"
        )
    return found


def execute_warm(func: dict, event: object, request_id: str) -> dict:
    run = lambda_svc._execute_function_provided_warm if is_python(func.get("config") or func) else _original_warm
    return run(func, event, request_id)


class PythonWorker(lambda_runtime.ProvidedWorker):
    """One execution environment. Differs from its base in what it costs, and in that its output also goes to a file."""

    def _drain_stderr_bounded(
        self, first_line_wait: float = 0.004, idle_confirm: float = 0.002, hard_cap: float = 0.25
    ) -> str:
        # the base waits 50 ms for the first line of a silent handler, on each call
        return super()._drain_stderr_bounded(first_line_wait, idle_confirm, hard_cap)

    def _build_handler_class(self, generation: int, pending: object) -> type:
        handler = super()._build_handler_class(generation, pending)
        handler.disable_nagle_algorithm = True  # 40 ms a call otherwise
        return handler

    def _pump_output(self, stream: object, log_queue: object) -> None:
        folder = Path(os.environ["LOCAL_FUNCTION_LOGS"])
        with (folder / f"{self.func_name}.log").open("ab", buffering=0) as copy:
            super()._pump_output(_Tee(stream, copy), log_queue)


class _Tee:
    def __init__(self, stream: object, copy: object) -> None:
        self._stream, self._copy, self.close = stream, copy, stream.close

    def readline(self) -> bytes:
        line = self._stream.readline()
        self._copy.write(line)
        return line


def code_dir(code_zip: bytes) -> str:
    folder = _original_code_dir(code_zip)
    bootstrap = Path(folder) / "bootstrap"
    if not bootstrap.exists():
        fresh = bootstrap.with_suffix("." + uuid.uuid4().hex)
        fresh.write_text(BOOTSTRAP)
        fresh.chmod(0o755)
        fresh.replace(bootstrap)
    return folder


def environment(config: dict, code_folder: str, port: int) -> dict[str, str]:
    """The whole environment of one function process: what Lambda sets and what the template declares, no more."""
    theirs = _original_env(config, code_folder, port)
    if not is_python(config):
        return theirs
    declared = lambda_svc._runtime_env_vars(config)
    path = [code_folder, *layer_paths(config.get("Layers", []))]
    env = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_" + config["Runtime"],
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/" + config["FunctionName"],
        "_LAMBDA_PYTHON": interpreter_for(config),
        **{name: value for name, value in theirs.items() if name.startswith("AWS_") or name in PASSED_ON},
        **json.loads(os.environ.get("LOCAL_FUNCTION_ENV") or "{}"),
        **declared,
        **own_credentials(theirs, port),
    }
    # declared but empty is what the template says in the cloud; here it must name this emulator
    env[ENDPOINT] = declared.get(ENDPOINT) or f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
    return env


def own_credentials(theirs: dict[str, str], port: int) -> dict[str, str]:
    """A session of the function's role for this process alone, so that a call can be traced to its process."""
    shared = theirs["AWS_ACCESS_KEY_ID"]
    session = sts._sessions.get(shared)
    if session is None:  # AUTH is off
        return {}
    key = "ASIA" + hashlib.sha256(f"{shared}:{port}:{uuid.uuid4()}".encode()).hexdigest()[:16].upper()
    sts.register_session(key, dict(session))
    _runtime_port_of_key[key] = port
    return {"AWS_ACCESS_KEY_ID": key}


def layer_paths(attachments: list) -> list[str]:
    """/opt/python of all layers together: merged into one tree, a later layer over an earlier one, as Lambda does."""
    archives = [data for data in map(lambda_svc._resolve_layer_zip, attachments) if data]
    if not archives:
        return []
    name = hashlib.sha256(b"".join(hashlib.sha256(data).digest() for data in archives)).hexdigest()
    opt = Path(lambda_svc._PROVIDED_CODE_CACHE) / f"opt-{name}"
    with _layers_lock:
        if not opt.exists():
            extract(archives, opt)
    return [str(opt / "python")]


def extract(archives: list[bytes], opt: Path) -> None:
    import io
    import zipfile

    fresh = opt.with_name(f"fresh-{uuid.uuid4().hex}")
    try:
        for data in archives:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                lambda_svc._extract_zip_preserving_mode(archive, str(fresh))
        fresh.rename(opt)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def processes() -> list[dict]:
    """Each live function process: name, pid, whether it is at work, and the port of its Runtime API."""
    with lambda_runtime._lock:
        workers = [worker for pool in lambda_runtime._workers.values() for worker in pool]
    found = []
    for worker in workers:
        process, server = worker._proc, getattr(worker, "_server", None)
        if process is not None and process.poll() is None:
            port = server.server_address[1] if server else 0
            found.append({"function": worker.func_name, "pid": process.pid, "busy": worker.in_use, "port": port})
    return found


def caller(access_key: str) -> dict | None:
    """The function process these credentials were given to, or None for anybody else's."""
    port = _runtime_port_of_key.get(access_key)
    return next((process for process in processes() if process["port"] == port), None) if port else None
