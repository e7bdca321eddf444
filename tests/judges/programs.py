"""The judges' programs: pinned with hashes, and kept apart from the project's own."""

import fcntl
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from model_image import cache
from model_image.environment import environment
from tests.cluster.go_module import GoModule

from .verdict import JudgeError

_HERE = Path(__file__).parent
# Found something, or found nothing; all else is a judge that did not judge.
_JUDGED = (0, 1)


def from_python(judge: str) -> Path:
    """The program of this name, of an environment that holds what its lock says."""
    python = environment(_HERE / "requirements" / f"{judge}.txt", _say)
    return python.with_name(judge)


def from_go(name: str, package: str) -> Path:
    """The program of a pinned Go module, built where its pin is another one."""
    module, home = GoModule(name, _HERE / "go"), cache.folder("judges")
    program = home / f"{name}-{module.pin[:16]}"
    if not program.exists():
        with (home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not program.exists():
                _build(module, package, program)
    return program


def _build(module: GoModule, package: str, program: Path) -> None:
    """Without keeping Go's caches, which are 30 times the size of the program."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=program.parent) as scratch:
        made = Path(scratch, "made")
        module.go(Path(scratch), "build", "-ldflags", "-s -w", "-o", made, package)
        made.rename(program)
    _say(f"built {program.name} in {time.monotonic() - started:.0f} s")


def printed(*command: str | Path, folder: Path) -> str:
    """
    What a program prints about `folder`, which it runs in.

    No file and no variable of this user has a say in it: the verdict is everybody's.
    """
    with tempfile.TemporaryDirectory() as home:
        told = {"PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8"}
        run = subprocess.run(
            command, cwd=folder, env=told, capture_output=True, text=True, check=False
        )
    if run.returncode not in _JUDGED or not run.stdout:
        words = (run.stderr or run.stdout).strip()[-2000:]
        raise JudgeError(
            f"{Path(command[0]).name} ended with {run.returncode}: {words}"
        )
    return run.stdout


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
