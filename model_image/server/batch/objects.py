"""Rows that came as JSON objects, one a line."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from arro3.core import Array as ArrowArray
from arro3.io import write_ndjson

from ..manifest import Input
from ..refusal import Mistake
from ..values import Array
from .arrow import given_columns, table, texts
from .rows import tensor_of


@dataclass(frozen=True)
class ObjectRows:
    """The objects with the lines they were read from; a broken row is an empty one."""

    objects: list[dict[str, Any]]
    source: list[bytes]
    inputs: tuple[Input, ...]
    keep: tuple[str, ...]
    whole: bool
    """Whether `keep` is all there is, so that a line may stay as it is."""
    broken: Mapping[int, Mistake]

    def __len__(self) -> int:
        return len(self.objects)

    def tensor(self, input: Input) -> tuple[Array, Array]:
        """By /predict's own code."""
        names = input.names
        rows = [
            {name: row[name] for name in names if name in row} for row in self.objects
        ]
        return tensor_of(rows, input)

    def values(self, index: int) -> dict[str, Any]:
        row = self.objects[index]
        known = {name for input in self.inputs for name in input.names}
        return {name: row[name] for name in row if name in known}

    def shown(self, index: int) -> Any:
        if index in self.broken:
            return self.source[index].decode(errors="replace").rstrip("\r\n")
        return self.objects[index]

    def columns(self, good: Array, given: Mapping[str, Array]) -> dict[str, ArrowArray]:
        """The model's columns as it was given them, the others as text."""
        seen = given_columns(given, self.inputs)
        rows = [self.objects[index] for index in good.tolist()]
        return {
            name: seen[name]
            if name in seen
            else texts([_text(row.get(name)) for row in rows])
            for name in self.keep
        }

    def json_lines(
        self,
        good: Array,
        given: Mapping[str, Array],
        answers: Mapping[str, ArrowArray],
    ) -> bytes:
        """The lines as they were, each with the answers at its end."""
        written = io.BytesIO()
        write_ndjson(table(answers), written, explicit_nulls=True)
        added = written.getvalue().splitlines(keepends=True)
        kept = map(self._line, good.tolist())
        return b"".join(
            line[:-1] + b"," + more[1:] if line != b"{}" else more
            for line, more in zip(kept, added, strict=True)
        )

    def _line(self, index: int) -> bytes:
        row = self.objects[index]
        if self.whole and row:
            return self.source[index].strip()
        return msgspec.json.encode({one: row[one] for one in self.keep if one in row})


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()
