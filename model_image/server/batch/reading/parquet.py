"""Parquet, row group by row group."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from arro3.core import DataType, RecordBatch
from arro3.io import read_parquet

from ..errors import BatchError
from ..rows import Chunk
from ..table import TableRows
from . import Wanted

_MAGIC = b"PAR1"


class Source:
    """A Parquet file; what is kept of it keeps its types."""

    def __init__(self, file: IO[bytes], rows: int) -> None:
        if not _is_parquet(file):
            raise BatchError(
                "the input is not Parquet, or was cut off; name a whole one"
            )
        with _told():
            self._batches = read_parquet(file, batch_size=rows)
        schema = self._batches.schema
        fields = [schema.field(name) for name in schema.names]
        self.columns: dict[str, DataType | None] = {
            field.name: field.type for field in fields
        }

    @property
    def nothing(self) -> Chunk:
        empty = self._batches.schema.empty_table().combine_chunks()
        return Chunk(0, 0, 0, empty.to_batches()[0])

    def chunks(self) -> Iterator[Chunk]:
        start = 0
        index = 0
        while batch := self._next():
            yield Chunk(index, start, batch.num_rows, batch)
            start += batch.num_rows
            index += 1

    def rows(self, chunk: Chunk, wanted: Wanted) -> TableRows:
        return TableRows(chunk.content, wanted.inputs, wanted.keep)

    def _next(self) -> RecordBatch | None:
        with _told():
            return next(self._batches, None)


def _is_parquet(file: IO[bytes]) -> bool:
    """Whether it begins and ends as Parquet does."""
    size = file.seek(0, io.SEEK_END)
    ends = []
    for place in (0, max(size - len(_MAGIC), 0)):
        file.seek(place)
        ends.append(file.read(len(_MAGIC)))
    file.seek(0)
    return size > 2 * len(_MAGIC) and ends == [_MAGIC, _MAGIC]


@contextmanager
def _told() -> Iterator[None]:
    """Whatever arro3 raises about a file, which may be a panic, as a sentence."""
    try:
        yield
    except (BatchError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        raise BatchError(f"the input is damaged Parquet: {error}") from None
