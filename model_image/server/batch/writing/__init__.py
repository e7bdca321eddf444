"""From the scored rows of a chunk to the bytes of an output: one file per format."""

import importlib
from collections.abc import Iterable, Mapping
from typing import IO, Protocol

from arro3.core import Array as ArrowArray

from ..rows import Rows
from ..score import Scored


class Writer(Protocol):
    """A format of outputs."""

    def encoded(
        self, rows: Rows, scored: Scored, answers: Mapping[str, ArrowArray]
    ) -> bytes:
        """A part: the good rows of a chunk as a file of its own."""
        ...

    def joined(self, parts: Iterable[bytes], file: IO[bytes]) -> None:
        """The parts, which come in order, as one file; one is held at a time."""
        ...


def writer(kind: str) -> Writer:
    """The writer of this format."""
    return importlib.import_module(f".{kind}", __name__).Writer()
