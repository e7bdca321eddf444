"""JSON lines, whose parts need nothing between them."""

from collections.abc import Iterable, Mapping
from typing import IO

from arro3.core import Array as ArrowArray

from ..rows import Rows
from ..score import Scored


class Writer:
    """An object a line."""

    def encoded(
        self, rows: Rows, scored: Scored, answers: Mapping[str, ArrowArray]
    ) -> bytes:
        return rows.json_lines(scored.good, scored.given, answers)

    def joined(self, parts: Iterable[bytes], file: IO[bytes]) -> None:
        for part in parts:
            file.write(part)
