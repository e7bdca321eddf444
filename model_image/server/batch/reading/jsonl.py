"""JSON lines: an object a line; blank lines are none."""

from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

import msgspec
from arro3.core import DataType

from ...refusal import Mistake, shown
from ..errors import BatchError
from ..objects import ObjectRows
from ..rows import WHOLE, Chunk
from . import Wanted

_ROWS = msgspec.json.Decoder(dict[str, Any])


class Source:
    """A file of JSON lines; its columns are those of the first chunk."""

    def __init__(self, file: IO[bytes], rows: int) -> None:
        self._size = rows
        self._lines = (line for line in file if not line.isspace())
        self._first = list(islice(self._lines, rows))
        objects, _ = _read(self._first)
        names = {name: None for row in objects for name in row}
        if not names:
            raise BatchError(
                f"none of the first {len(self._first)} lines is a JSON object with "
                'columns; a line is a row, {"column": value, ...}'
            )
        self.columns: dict[str, DataType | None] = dict(names)

    @property
    def nothing(self) -> Chunk:
        return Chunk(0, 0, 0, [])

    def chunks(self) -> Iterator[Chunk]:
        index, content = 0, self._first
        self._first = []
        while content:
            yield Chunk(index, index * self._size, len(content), content)
            content = list(islice(self._lines, self._size))
            index += 1

    def rows(self, chunk: Chunk, wanted: Wanted) -> ObjectRows:
        objects, broken = _read(chunk.content)
        for index, row in enumerate(objects):
            if wanted.whole and (taken := wanted.answers & row.keys()):
                name = min(taken)
                expected = "no such column, for the answer takes it"
                got = shown(row[name])
                broken[index] = Mistake(name, "unknown", expected, got)
            elif (
                wanted.fixed and wanted.whole and not row.keys() <= self.columns.keys()
            ):
                name = min(row.keys() - self.columns.keys())
                expected = "a column that the first rows have too"
                got = "an unknown one"
                broken[index] = Mistake(name[:100], "unknown", expected, got)
        return ObjectRows(
            objects, chunk.content, wanted.inputs, wanted.keep, wanted.whole, broken
        )


def _read(lines: list[bytes]) -> tuple[list[dict[str, Any]], dict[int, Mistake]]:
    """The objects, an empty one where a line is none, and what is wrong with those."""
    try:
        found = _ROWS.decode_lines(b"".join(lines))
        if len(found) == len(lines):
            return found, {}
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    objects: list[dict[str, Any]] = []
    broken: dict[int, Mistake] = {}
    for index, line in enumerate(lines):
        try:
            objects.append(_ROWS.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            objects.append({})
            broken[index] = Mistake(WHOLE, "type", "a JSON object", str(error))
    return objects, broken
