"""A server's processes: which they are, what they hold, how they end."""

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A process that no later one with its number can be taken for."""

    pid: int
    parent: int
    session: int
    started: str

    @property
    def is_alive(self) -> bool:
        """Whether it still runs; one that only waits to be read is over."""
        found = _read(Path(f"/proc/{self.pid}"))
        return found is not None and found.started == self.started


def tree(root: int) -> list[Process]:
    """The process `root`, its session, and whatever descends from either."""
    everyone = [one for one in map(_read, Path("/proc").glob("[0-9]*")) if one]
    members = {one.pid: one for one in everyone if root in (one.pid, one.session)}
    while more := {
        one.pid: one
        for one in everyone
        if one.parent in members and one.pid not in members
    }:
        members |= more
    return list(members.values())


def proportional_mb(processes: list[Process]) -> float:
    """Their memory, each page divided by those who share it (PSS)."""
    return _rolled_up(processes, "Pss:")


def resident_mb(processes: list[Process]) -> float:
    """Their memory, shared pages counted for each (RSS)."""
    return _rolled_up(processes, "Rss:")


def processor_seconds(processes: list[Process]) -> float:
    """What they have used so far, in user and in kernel mode."""
    ticks = 0
    for process in processes:
        with suppress(OSError):
            fields = _fields(Path(f"/proc/{process.pid}"))
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def left_after(processes: list[Process], seconds: float) -> list[Process]:
    """Those that are still alive when the time is over."""
    deadline = time.monotonic() + seconds
    while alive := [one for one in processes if one.is_alive]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    return alive


def kill(processes: list[Process]) -> None:
    """End those that did not end when they were asked to."""
    for process in processes:
        if process.is_alive:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)


def _rolled_up(processes: list[Process], key: str) -> float:
    kilobytes = 0
    for process in processes:
        with suppress(OSError):
            text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
            found = (line for line in text.splitlines() if line.startswith(key))
            kilobytes += sum(int(line.split()[1]) for line in found)
    return kilobytes / 1024


def _read(folder: Path) -> Process | None:
    try:
        state, parent, _, session, *rest = _fields(folder)
    except OSError:
        return None
    if state in "ZX":
        return None
    return Process(int(folder.name), int(parent), int(session), rest[15])


def _fields(folder: Path) -> list[str]:
    """What `stat` holds from the state on; a name may hold blanks and brackets."""
    return (folder / "stat").read_text().rpartition(")")[2].split()
