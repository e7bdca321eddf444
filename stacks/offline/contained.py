"""The programs of revisions that nobody has read yet, run for many of their stacks."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from model_image.sandbox import BARE, walls

from .errors import OfflineError
from .fork import Fork
from .process import PROGRAM
from .project import Project

_LIMITS = ("--core=0", "--fsize=67108864", "--as=17179869184")


class Contained:
    """
    Starts programs that see no network, no environment and no file but their own.

    Revisions are folders in `shown`, or `shown` itself, and are asked for one after
    the other. One process imports the packages that all share, a fork of it the modules
    of a revision, and each program is a fork of that. All are gone `seconds` after the
    first began, and when this is left. Where `trusted`, only the environment is kept
    from them, which needs no bubblewrap.
    """

    def __init__(
        self,
        shown: Path,
        *,
        packages: Sequence[str] = (),
        modules: Sequence[str] = (),
        seconds: float,
        trusted: bool,
    ) -> None:
        self.shown = shown.resolve()
        self.seconds = seconds
        self.expired = False
        self.attempts: dict[tuple[Path, str], list[str]] = {}
        """What the program of each stack of a revision tried, and was kept from."""
        self._shared = {"packages": [*packages], "modules": [*modules]}
        self._trusted = trusted
        self._writing = threading.Lock()

    def __enter__(self) -> Self:
        self._sockets = TemporaryDirectory(prefix="slipway-")
        self.folder = Path(self._sockets.name)
        self._process = subprocess.Popen(
            [*self._walls(), sys.executable, "-P", "-u", str(PROGRAM)],
            cwd=self.shown,
            env=BARE,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self._tell(self._shared)
        self._timer = threading.Timer(self.seconds, self._expire)
        self._timer.daemon = True
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._end()
        with suppress(BrokenPipeError):
            assert self._process.stdin
            self._process.stdin.close()
        self._sockets.cleanup()

    def listen(self, project: Project) -> str:
        """A socket that is shown to the programs; they have no network."""
        return f"unix:{self._socket(project)}.engine"

    def start(self, project: Project, task: Mapping[str, Any]) -> "Fork":
        """Start the program for one stack."""
        with self._writing:
            if self._timer.ident is None:  # what comes before is not theirs
                self._timer.start()
        attempts = self.attempts.setdefault((project.root, project.stack), [])
        fork = Fork(self, Path(f"{self._socket(project)}.prints"), attempts)
        self._tell({**task, "prints": str(fork.path)})
        return fork

    @property
    def alive(self) -> bool:
        """Whether programs can run."""
        return self._process.poll() is None

    def ended(self) -> str | None:
        """Why all were ended: they took too long."""
        told = f"the program took longer than {self.seconds:g} s and was ended"
        return told if self.expired else None

    def _socket(self, project: Project) -> Path:
        return self.folder / f"{project.root.name}-{project.stack}"

    def _tell(self, line: Mapping[str, Any]) -> None:
        assert self._process.stdin
        with self._writing, suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(line) + "\n")
            self._process.stdin.flush()

    def _walls(self) -> list[str]:
        limited = ["prlimit", *_LIMITS] if shutil.which("prlimit") else []
        if self._trusted:
            return limited
        words = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session"]
        words += walls(Path(sys.executable))
        for shown in (PROGRAM, self.shown, self.folder):
            words += ["--ro-bind", str(shown), str(shown)]
        return [*limited, *words, "--chdir", str(self.shown)]

    def _expire(self) -> None:
        self.expired = True
        self._end()

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, 9)
        self._process.wait()


def require_containment() -> None:
    """Raise OfflineError where this machine cannot keep a program from anything."""
    told = "bubblewrap is not installed; install the package `bubblewrap`"
    if shutil.which("bwrap"):
        words = ["bwrap", "--unshare-all", *walls(Path(sys.executable))]
        tried = subprocess.run(
            [*words, "/usr/bin/true"], capture_output=True, text=True
        )
        if tried.returncode == 0:
            return
        told = f"it does not let bubblewrap work ({tried.stderr.strip()})"
    raise OfflineError(
        f"this machine cannot contain a program: {told}; or, where every line of both "
        "revisions is yours, say --trusted"
    )
