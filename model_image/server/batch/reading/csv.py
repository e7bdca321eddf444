"""Comma-separated values with a header (RFC 4180), UTF-8; an empty cell is missing."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import IO

from arro3.core import DataType, Field, RecordBatch, Schema
from arro3.io import read_csv

from ...refusal import Mistake
from ..arrow import table, texts
from ..errors import BatchError
from ..rows import WHOLE, Chunk
from ..table import TableRows
from . import Wanted
from .records import is_open, records

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Source:
    """A CSV file; its cells stay text until a thread asks for numbers."""

    def __init__(self, file: IO[bytes], rows: int) -> None:
        self._size = rows
        self._records = records(file)
        header = next(self._records, b"").removeprefix(_BYTE_ORDER_MARK)
        try:
            names = _cells(header)
        except ValueError as error:
            raise BatchError(f"the header of the CSV is none: {error}") from None
        if not any(names):
            raise BatchError("the CSV has no header; its first line names the columns")
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise BatchError(f"the CSV has the column {twice[0]!r} twice; rename one")
        self.columns: dict[str, DataType | None] = dict.fromkeys(names)
        fields = [Field(name, DataType.utf8(), nullable=True) for name in names]
        self._schema = Schema(fields)

    @property
    def nothing(self) -> Chunk:
        return Chunk(0, 0, 0, [])

    def chunks(self) -> Iterator[Chunk]:
        index = 0
        while content := list(islice(self._records, self._size)):
            yield Chunk(index, index * self._size, len(content), content)
            index += 1

    def rows(self, chunk: Chunk, wanted: Wanted) -> TableRows:
        batch, raw, broken = self._whole(chunk.content), {}, {}
        if batch is None:
            batch, broken = self._one_by_one(chunk.content)
            for index in broken:
                text = chunk.content[index].decode(errors="replace")
                raw[index] = text.rstrip("\r\n")
        return TableRows(
            batch, wanted.inputs, wanted.keep, True, wanted.typed, broken, raw
        )

    def _whole(self, content: list[bytes]) -> RecordBatch | None:
        """All rows at once, unless one of them is broken."""
        held = io.BytesIO(b"".join(content))
        rows = len(content) or 1
        try:
            found = list(
                read_csv(held, self._schema, has_header=False, batch_size=rows)
            )
        # arro3 raises bare Exception for whatever is wrong with a row.
        except Exception:
            return None
        if not content:
            return table({name: texts([]) for name in self.columns})
        return found[0] if [batch.num_rows for batch in found] == [rows] else None

    def _one_by_one(
        self, content: list[bytes]
    ) -> tuple[RecordBatch, dict[int, Mistake]]:
        broken: dict[int, Mistake] = {}
        blank: list[str | None] = [None] * len(self.columns)
        rows = []
        for index, record in enumerate(content):
            row = blank
            try:
                cells = _cells(record)
                if len(cells) == len(self.columns):
                    row = [cell or None for cell in cells]
                else:
                    expected, got = f"{len(self.columns)} cells", str(len(cells))
                    broken[index] = Mistake(WHOLE, "shape", expected, got)
            except ValueError as error:
                broken[index] = Mistake(WHOLE, "type", "a line of CSV", str(error))
            rows.append(row)
        columns = zip(self.columns, zip(*rows, strict=True), strict=True)
        return table({name: texts(values) for name, values in columns}), broken


def _cells(record: bytes) -> list[str]:
    """The cells of one record; ValueError where it is none."""
    if is_open(record):
        raise ValueError("a quoted cell that does not end")
    try:
        text = record.decode()
        found = list(csv.reader(io.StringIO(text, newline="")))
    except UnicodeDecodeError:
        raise ValueError("bytes that are not UTF-8") from None
    except csv.Error as error:
        raise ValueError(str(error)) from None
    if len(found) > 1:
        raise ValueError("a quoted cell that does not end")
    return found[0] if found else []
