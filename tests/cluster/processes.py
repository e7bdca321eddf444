"""The cluster's processes: detached, known by pid files, with a log each."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .execution import ClusterError, environment

_LAST_LINES = 5
_DEATH_S = 10


@dataclass(frozen=True)
class Processes:
    """
    What runs in the background, by name; whoever starts it need not stay.

    A pid file says too when its process began, so that no other process which got the
    same number later is ever taken for it.
    """

    folder: Path

    def start(self, name: str, *command: str | Path) -> None:
        """Start `command` with nothing of this process but its environment."""
        self._log(name).parent.mkdir(parents=True, exist_ok=True)
        self._pid_file(name).parent.mkdir(parents=True, exist_ok=True)
        appended = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        # Popen would warn, in a test run, of a child that outlives its object.
        pid = os.posix_spawnp(
            command[0],
            command,
            environment(),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(self._log(name)), appended, 0o644),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )
        self._pid_file(name).write_text(f"{pid} {began(pid)}")

    def wait(
        self, name: str, until: Callable[[], bool], *, seconds: float = 90
    ) -> None:
        """Wait until something holds; raises ClusterError if `name` will not do it."""
        deadline = time.monotonic() + seconds
        while not until():
            if self._pid(name) is None:
                raise ClusterError(f"{name} has ended:\n{self._last_lines(name)}")
            if time.monotonic() > deadline:
                raise ClusterError(
                    f"{name} is not ready after {seconds:.0f} s:\n"
                    f"{self._last_lines(name)}"
                )
            time.sleep(0.1)

    def all_run(self) -> bool:
        """Whether there are processes, and none that was started has ended."""
        return all([self._pid(name) for name in self._names()] or [None])

    def kill(self) -> None:
        """End all of them at once: nothing that they hold is kept."""
        end({pid for name in self._names() if (pid := self._pid(name))})
        for name in self._names():
            self._pid_file(name).unlink()

    def _pid(self, name: str) -> int | None:
        """The process, while it runs."""
        pid, _, start = self._pid_file(name).read_text().partition(" ")
        return int(pid) if pid and began(int(pid)) == start else None

    def _names(self) -> list[str]:
        return sorted(file.name for file in (self.folder / "pids").glob("*"))

    def _pid_file(self, name: str) -> Path:
        return self.folder / "pids" / name

    def _log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    def _last_lines(self, name: str) -> str:
        lines = self._log(name).read_text(errors="replace").splitlines()
        return "\n".join(lines[-_LAST_LINES:])


def began(pid: int) -> str | None:
    """When a process began, in the kernel's ticks; None when it has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The name, in parentheses, may have spaces; state and start are fields 3 and 22.
    state, *fields = stat.rpartition(")")[2].split()
    return None if state in "ZX" else fields[18]


def end(pids: set[int]) -> None:
    """Kill processes and wait until they are gone."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    deadline = time.monotonic() + _DEATH_S
    while left := {pid for pid in pids if began(pid)}:
        if time.monotonic() > deadline:
            raise ClusterError(f"processes {sorted(left)} do not die")
        time.sleep(0.05)
