"""The file that is scored, or what comes through a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from .errors import BatchError
from .options import PIPE
from .places import place


@dataclass(frozen=True)
class InputFile:
    """An input by its address."""

    address: str
    in_order: bool
    """Whether it is read from its start to its end, not by columns."""

    def version(self) -> str:
        """What changes when it does; empty for a pipe, BatchError if it is missing."""
        if self.address == PIPE:
            return ""
        version = place(self.address).version()
        if not version:
            raise BatchError(f"INPUT {self.address} is not there; mend the path")
        return version

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        if self.address == PIPE:
            yield sys.stdin.buffer
            return
        with place(self.address).open() as file:
            yield file

    def share_of(self, file: IO[bytes]) -> Callable[[], float | None]:
        """Tells how much of it is read, if that can be known."""
        known = self.in_order and self.address != PIPE
        size = place(self.address).size() if known else 0
        return lambda: min(file.tell() / size, 1.0) if size else None
