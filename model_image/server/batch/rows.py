"""A chunk of the input as its format reads it, and what the job asks of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from arro3.core import Array as ArrowArray

from .. import predict
from ..manifest import Input
from ..refusal import Mistake, Refusal
from ..values import DTYPES, Array

WHOLE = "(whole row)"
_BLOCK = 32


@dataclass(frozen=True)
class Chunk:
    """Rows that were cut off the input; what they mean is for a thread to find out."""

    index: int
    start: int
    """How many rows of the input stand before these."""
    size: int
    content: Any


class Rows(Protocol):
    """The rows of one chunk, by their place in it."""

    @property
    def broken(self) -> Mapping[int, Mistake]:
        """What could not be read as a row at all."""
        ...

    def __len__(self) -> int: ...

    def tensor(self, input: Input) -> tuple[Array, Array]:
        """The model's input, and which rows of it are in doubt."""
        ...

    def values(self, index: int) -> dict[str, Any]:
        """A row as /predict would be asked for it: the model's columns only."""
        ...

    def shown(self, index: int) -> Any:
        """A row as it stood in the input, for whoever has to mend it."""
        ...

    def columns(self, good: Array, given: Mapping[str, Array]) -> dict[str, ArrowArray]:
        """What is kept of the good rows, which the model was `given` as these."""
        ...

    def json_lines(
        self,
        good: Array,
        given: Mapping[str, Array],
        answers: Mapping[str, ArrowArray],
    ) -> bytes:
        """The same with the answers, as a JSON object a line."""
        ...


def flat_names(input: Input) -> tuple[str, ...]:
    """What a table calls the values of a row, one column each."""
    if input.columns or input.width == 1:
        return input.names
    return tuple(f"{input.name}.{place}" for place in range(input.width))


def blank(input: Input, rows: int) -> Array:
    """Room for a tensor of so many rows."""
    return np.zeros((rows, *input.shape[1:]), DTYPES[input.datatype])


def tensor_of(rows: list[Any], input: Input) -> tuple[Array, Array]:
    """
    The model's input from rows as Python has them, and which of them are in doubt.

    One bad row puts its block in doubt, not its chunk.
    """
    try:
        return predict.from_rows(rows, [input])[input.name], np.zeros(len(rows), bool)
    except Refusal:
        if len(rows) <= _BLOCK:
            return blank(input, len(rows)), np.ones(len(rows), bool)
    starts = range(0, len(rows), _BLOCK)
    parts = [tensor_of(rows[start : start + _BLOCK], input) for start in starts]
    made, doubt = zip(*parts, strict=True)
    return np.concatenate(made), np.concatenate(doubt)
