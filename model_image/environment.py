"""Locked virtual environments, made when something needs them and then kept."""

import fcntl
import hashlib
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from . import cache
from .errors import PackError

Say = Callable[[str], None]
_MARK = ".complete"


def environment(lock: Path, say: Say) -> Path:
    """
    The Python of an environment that holds exactly what the lock file says.

    It is made once per lock and Python. Interrupted, it can simply be asked for again:
    the mark that it is whole is written last.
    """
    content = lock.read_bytes() + platform.python_version().encode()
    folder = cache.folder("environments") / hashlib.sha256(content).hexdigest()[:16]
    python = folder / "bin" / "python"
    if not (folder / _MARK).exists():
        # Not inside: uv locks a `.lock` there itself.
        with folder.with_suffix(".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not (folder / _MARK).exists():
                say(f"installing {lock.name}")
                _uv("venv", "--allow-existing", "--python", sys.executable, str(folder))
                words = [
                    "--require-hashes",
                    "--no-build",
                    "--strict",
                    "--compile-bytecode",
                ]
                _uv("pip", "sync", *words, "--python", str(python), str(lock))
                (folder / _MARK).touch()
    return python


def locked(requirements: str, say: Say) -> Path:
    """
    A lock with hashes of what these requirements (`uv pip compile` syntax) ask for.

    The same text gives the same lock on this machine until its cache is cleared;
    raises PackError with the resolver's own reason where there is none.
    """
    name = hashlib.sha256(requirements.encode()).hexdigest()[:16]
    lock = cache.folder("locks") / f"{name}.txt"
    if lock.exists():
        return lock
    say("locking the requirements")
    with tempfile.TemporaryDirectory(dir=lock.parent) as scratch:
        asked = Path(scratch, "requirements.in")
        asked.write_text(requirements)
        made = Path(scratch, "requirements.txt")
        options = ["--universal", "--python-version", "3.11", "--generate-hashes"]
        quiet = ["--no-header", "--no-annotate", "--only-binary", ":all:"]
        _uv("pip", "compile", *options, *quiet, str(asked), "--output-file", str(made))
        os.replace(made, lock)
    return lock


def _uv(*words: str) -> None:
    uv = Path(sys.executable).with_name("uv")
    environ = dict(os.environ)
    if index := environ.get("PIP_INDEX_URL"):
        environ.setdefault("UV_DEFAULT_INDEX", index)
    command = [str(uv) if uv.exists() else "uv", *words, "--quiet"]
    run = subprocess.run(
        command, capture_output=True, text=True, env=environ, check=False
    )
    if run.returncode != 0:
        raise PackError(f"the requirements cannot be had: {_reason(run.stderr)}")


def _reason(text: str) -> str:
    """The resolver's explanation on one line."""
    plain = text.encode("ascii", "ignore").decode()
    return " ".join(plain.split())[:600]
