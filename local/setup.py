"""Make the project's environments on a fresh machine, from the package registry: `python3 local/setup.py`.

Runs on any Python 3.8 or later (so that it can say plainly what is missing) and needs nothing installed. It finds or
fetches an interpreter of the runtime the functions declare, and gives each set of tools that would conflict with the
others an environment of its own, installed from hash-pinned locks. An environment whose lock has not changed is kept.
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

RUNTIME = "3.13"  # the template's Runtime; a house test keeps the two equal
ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".venvs"
ENVIRONMENTS = {
    "dev": (ROOT / ".venv", "the product, its tests and the simulators"),
    "runtime": (TOOLS / "runtime", "what Lambda brings by itself"),
    "emulator": (TOOLS / "emulator", "the local cloud"),
    "sam": (TOOLS / "sam", "the SAM CLI"),
}
WINDOWS = os.name == "nt"


def main() -> None:
    wanted = sys.argv[1:] or list(ENVIRONMENTS)
    stale = [name for name in wanted if not is_current(name)]
    if not stale:
        return
    uv = fetch_uv()
    python = find_interpreter(uv)
    for name in stale:
        folder, purpose = ENVIRONMENTS[name]
        started = time.monotonic()
        print("set-up: {:<9} {}".format(name, purpose), flush=True)
        run([uv, "venv", "--quiet", "--clear", "--python", python, str(folder)], "make " + str(folder))
        locked = ["--require-hashes", "-r", str(lock(name))]
        run(
            [uv, "pip", "install", "--quiet", "--python", str(binary(folder, "python")), *locked],
            "install " + str(lock(name).relative_to(ROOT)),
        )
        (folder / "lock.sha256").write_text(stamp_of(name))
        print("set-up: {:<9} ready after {:.0f} s".format(name, time.monotonic() - started), flush=True)


def lock(name: str) -> Path:
    return ROOT / "requirements" / (name + ".txt")


def digest(name: str) -> str:
    return hashlib.sha256(lock(name).read_bytes()).hexdigest()


def stamp_of(name: str) -> str:
    """What an environment was made from, and where: its programs hold the folder's path."""
    return "{} {}".format(digest(name), ROOT)


def is_current(name: str) -> bool:
    stamp = ENVIRONMENTS[name][0] / "lock.sha256"
    has_python = binary(ENVIRONMENTS[name][0], "python").exists()  # not a link to one that was upgraded away
    return has_python and stamp.exists() and stamp.read_text() == stamp_of(name)


def binary(folder: Path, program: str) -> Path:
    return folder / ("Scripts" if WINDOWS else "bin") / (program + (".exe" if WINDOWS else ""))


def run(command: "list[str]", purpose: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        sys.exit(
            "set-up: could not {}. The command was:\n  {}\nand it said:\n{}".format(
                purpose, " ".join(command), done.stdout
            )
        )


def fetch_uv() -> str:
    """The pinned uv, from the registry: it installs from hash-pinned locks many times faster than pip."""
    folder = TOOLS / "uv"
    stamp = folder / "lock.sha256"
    if not (stamp.exists() and stamp.read_text() == digest("uv")):
        run(
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            "make a virtual environment (on Debian: apt install python3-venv)",
        )
        python = str(binary(folder, "python"))
        run(
            [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock("uv"))],
            "install uv",
        )
        stamp.write_text(digest("uv"))
    return str(binary(folder, "uv"))


def find_interpreter(uv: str) -> str:
    """A Python of the declared runtime: named, on the path, kept by pyenv, or fetched by uv, in this order."""
    name = "python" + RUNTIME
    pyenv = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    candidates = [os.environ.get("PYTHON_OF_RUNTIME"), sys.executable, shutil.which(name)]
    candidates += sorted(glob.glob(os.path.join(pyenv, "versions", RUNTIME + ".*", "bin", name)), reverse=True)
    for candidate in candidates:
        if candidate and version_of(candidate) == RUNTIME:
            return candidate
    fetched = subprocess.run([uv, "python", "install", RUNTIME], capture_output=True, text=True, check=False)
    found = subprocess.run(
        [uv, "python", "find", "--managed-python", RUNTIME], capture_output=True, text=True, check=False
    )
    if found.returncode == 0:
        return found.stdout.strip()
    sys.exit(
        "set-up: Python {0} is missing: the functions run on it, so the local cloud does too.\n"
        "  It was looked for in $PYTHON_OF_RUNTIME, on the path and under pyenv, and could not be fetched:\n"
        "  {1}\n"
        "  Install it (pyenv install {0}, apt install {2} {2}-venv, brew install python@{0}) and run this again,\n"
        "  or name one: PYTHON_OF_RUNTIME=/path/to/{2} make setup".format(RUNTIME, fetched.stderr.strip()[-300:], name)
    )


def version_of(python: str) -> str:
    """The minor version an interpreter reports, or nothing where it does not run (a pyenv shim, say)."""
    asked = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, check=False, timeout=30).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


if __name__ == "__main__":
    main()
