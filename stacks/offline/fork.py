"""The program of one stack, forked from what its revision's programs share."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from .program import ATTEMPT

_MOST_LINES = 1000


class Parent(Protocol):
    """The process that it is a fork of."""

    @property
    def alive(self) -> bool:
        """Whether programs can run."""
        ...

    def ended(self) -> str | None:
        """Why they were ended, where this machine did."""
        ...


class Fork:
    """The program of one stack."""

    def __init__(self, programs: Parent, path: Path, attempts: list[str]) -> None:
        self.path = path
        self._attempts = attempts
        self._programs = programs
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(1)
        self._listener.settimeout(0.1)

    def lines(self) -> Iterator[str]:
        """The first of what it prints, until it is done."""
        connected = self._connected()
        if connected is None:
            return
        with connected, connected.makefile(errors="replace") as printed:
            for number, line in enumerate(printed):
                if number > _MOST_LINES:
                    continue
                if line.startswith(ATTEMPT):
                    self._attempts.append(line.removeprefix(ATTEMPT).strip())
                else:
                    yield line

    def failed(self) -> str | None:
        """Only by the time it took; what else there is to say it says itself."""
        return self._programs.ended()

    def stop(self) -> None:
        """Its engine is gone, so that it ends; by force it ends with all the others."""
        self._listener.close()

    def _connected(self) -> socket.socket | None:
        while self._programs.alive:
            with suppress(TimeoutError):
                connected = self._listener.accept()[0]
                connected.settimeout(None)
                return connected
        return None
