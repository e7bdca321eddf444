"""CSV, whose parts have a header each and whose whole has one."""

import io
from collections.abc import Iterable, Mapping
from typing import IO

from arro3.core import Array as ArrowArray
from arro3.io import write_csv

from ..arrow import table
from ..reading.records import records
from ..rows import Rows
from ..score import Scored


class Writer:
    """Comma-separated values; what is missing is an empty cell."""

    def encoded(
        self, rows: Rows, scored: Scored, answers: Mapping[str, ArrowArray]
    ) -> bytes:
        written = io.BytesIO()
        columns = rows.columns(scored.good, scored.given)
        write_csv(table({**columns, **answers}), written, header=True)
        return written.getvalue()

    def joined(self, parts: Iterable[bytes], file: IO[bytes]) -> None:
        header = b""
        for part in parts:
            # A name may hold a line end, so the header is what all parts begin with.
            file.write(memoryview(part)[len(header) :])
            header = header or next(records(io.BytesIO(part)))
