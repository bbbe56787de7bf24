"""Starts the emulator: `python -m local.cloud.emulator`, configured by the environment `local.cloud.cloud` gives it."""
# mypy: ignore-errors

import asyncio
import contextlib
import os
import resource
import signal
import sys
import threading
from importlib.metadata import version

from local.cloud.emulator import PIN

LAST_WORDS_SECONDS = 5.0  # an exit that takes longer is forced


def refuse_other_versions() -> None:
    found = version("ministack")
    if found != PIN:
        sys.exit(f"local cloud: written against ministack {PIN}, but ministack {found} is installed")


def install_all() -> None:
    from local.cloud.emulator import control, event_source, http_api, move_task, queues, runtime, tables

    for piece in (runtime, http_api, tables, queues, move_task, event_source, control):
        piece.install()


def raise_descriptor_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def serve() -> None:
    """Serve until told to stop, or until the process that started us is gone."""
    from hypercorn.asyncio import serve as hypercorn
    from hypercorn.config import Config
    from ministack import app as ministack
    from ministack.core import hypercorn_compat

    from local.cloud.emulator.control import Control
    from local.cloud.emulator.saving import Saving

    hypercorn_compat.install()
    config = Config()
    config.bind = [f"127.0.0.1:{os.environ['GATEWAY_PORT']}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    saving = Saving()
    stopped = stop_event(asyncio.get_running_loop())
    tasks = [
        asyncio.create_task(hypercorn(Control(saving.noticing(ministack.app), saving), config, shutdown_trigger=never)),
        asyncio.create_task(saving.every_now_and_then()),
        asyncio.create_task(stopped.wait()),
    ]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done - {tasks[2]}:
        task.result()  # the server could not start: its exception is the message
    leave(saving)


async def never() -> None:
    await asyncio.Event().wait()


def stop_event(loop: asyncio.AbstractEventLoop) -> asyncio.Event:
    """Set by SIGTERM, SIGINT or the end of stdin: the starter holds the other end of that pipe, and lives as long."""
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)

    def watch() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(stopped.set)
        die_later()

    if os.environ.get("LOCAL_STARTER_ON_STDIN") == "1":
        threading.Thread(target=watch, daemon=True).start()
    return stopped


def leave(saving: object) -> None:
    """Save, take the function processes along, and go without waiting for open connections."""
    from ministack.core import lambda_runtime

    die_later()
    saving.save_everything()
    lambda_runtime.reset()
    os._exit(0)


def die_later() -> None:
    timer = threading.Timer(LAST_WORDS_SECONDS, kill_all)
    timer.daemon = True
    timer.start()


def kill_all() -> None:
    if os.getpgrp() == os.getpid():  # started in a session of its own: the group is ours
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    refuse_other_versions()
    install_all()
    raise_descriptor_limit()
    asyncio.run(serve())
