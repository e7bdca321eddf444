"""A program in a process of its own, which is how a stack is brought up."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from .project import Project

PROGRAM = Path(__file__).with_name("program.py")
_GRACE_S = 5


class Program(Protocol):
    """A program that runs for one stack."""

    def lines(self) -> Iterator[str]:
        """What it prints; they end when it does."""
        ...

    def failed(self) -> str | None:
        """Once it has ended: why it is known to have failed, empty for no reason."""
        ...

    def stop(self) -> None:
        """End it, and whatever it started."""
        ...


class Programs(Protocol):
    """Whoever starts programs."""

    def listen(self, project: Project) -> str:
        """Where the engine is to wait for the program of this stack."""
        ...

    def start(self, project: Project, task: Mapping[str, Any]) -> Program:
        """Start it, with the engine's address and its settings in `task`."""
        ...


class Processes:
    """Starts each program by itself, with this environment or that of this process."""

    def __init__(self, env: Mapping[str, str] | None = None) -> None:
        self._env = env

    def listen(self, project: Project) -> str:
        """A free port of this machine."""
        return "127.0.0.1:0"

    def start(self, project: Project, task: Mapping[str, Any]) -> "Process":
        """Start the program in `project.root`."""
        return Process(project, task, self._env)


class Process:
    """One such program."""

    def __init__(
        self, project: Project, task: Mapping[str, Any], env: Mapping[str, str] | None
    ) -> None:
        # A session of its own: Ctrl-C is the engine's to handle, not the program's.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-u", str(PROGRAM)],
            cwd=project.root,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        assert self._process.stdin
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(task) + "\n")
            self._process.stdin.flush()

    def lines(self) -> Iterator[str]:
        """What it prints, until it is done."""
        assert self._process.stdout
        with self._process.stdout as printed:
            yield from printed
        self._process.wait()

    def failed(self) -> str | None:
        """By its exit code."""
        return "" if self._process.returncode else None

    def stop(self) -> None:
        """Its process group, by force where asking is not enough."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
