"""From the bytes of an input to chunks of rows: one file per format."""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Protocol

from arro3.core import DataType

from ...manifest import Input
from ..rows import Chunk, Rows


@dataclass(frozen=True)
class Wanted:
    """What the job makes of the rows that are read."""

    inputs: tuple[Input, ...]
    keep: tuple[str, ...]
    whole: bool
    """Whether `keep` is all there is, so that a JSON line may stay as it is."""
    answers: frozenset[str]
    """The names that the answers take."""
    typed: bool
    """Whether the output has numbers where CSV has text."""
    fixed: bool
    """Whether each row of the output has the same columns."""


class Source(Protocol):
    """An opened input, whose columns are known."""

    columns: dict[str, DataType | None]
    """All there are, in order, with their types where the format has types."""

    @property
    def nothing(self) -> Chunk:
        """A chunk without rows."""
        ...

    def chunks(self) -> Iterator[Chunk]:
        """The input from its start, cut every so many rows; to be asked for once."""
        ...

    def rows(self, chunk: Chunk, wanted: Wanted) -> Rows:
        """What the chunk says; several threads may ask at once."""
        ...


def opened(kind: str, file: IO[bytes], rows: int) -> Source:
    """The input, its first rows read; BatchError where it is not of this format."""
    return importlib.import_module(f".{kind}", __name__).Source(file, rows)
