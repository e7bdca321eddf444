"""Parquet, whose parts become the row groups of the whole."""

import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import IO

from arro3.core import Array as ArrowArray
from arro3.core import RecordBatch, RecordBatchReader
from arro3.io import read_parquet, write_parquet

from ..arrow import table
from ..rows import Rows
from ..score import Scored

_COMPRESSION = "snappy"
_ROW_GROUP = 1 << 16


class Writer:
    """Typed columns; a label is text."""

    def encoded(
        self, rows: Rows, scored: Scored, answers: Mapping[str, ArrowArray]
    ) -> bytes:
        written = io.BytesIO()
        columns = rows.columns(scored.good, scored.given)
        write_parquet(table({**columns, **answers}), written, compression=_COMPRESSION)
        return written.getvalue()

    def joined(self, parts: Iterable[bytes], file: IO[bytes]) -> None:
        coming = iter(parts)
        first = read_parquet(io.BytesIO(next(coming)), batch_size=_ROW_GROUP)
        rest = (batch for part in coming for batch in _batches(part))
        whole = RecordBatchReader.from_batches(first.schema, chain(first, rest))
        write_parquet(
            whole, file, compression=_COMPRESSION, max_row_group_size=_ROW_GROUP
        )


def _batches(part: bytes) -> Iterator[RecordBatch]:
    yield from read_parquet(io.BytesIO(part), batch_size=_ROW_GROUP)
