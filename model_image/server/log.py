"""One JSON object per line on standard output."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

import msgspec

from .settings import LEVELS


class Log:
    """Writes events at or above a level, each with the fields the log was given."""

    def __init__(
        self, level: str = "info", stream: TextIO | None = None, **fields: Any
    ) -> None:
        self._lowest = LEVELS.index(level)
        self._stream = stream or sys.stdout
        self._fields = fields

    def debug(self, event: str, **fields: Any) -> None:
        self._write("debug", event, fields)

    def info(self, event: str, **fields: Any) -> None:
        self._write("info", event, fields)

    def warning(self, event: str, **fields: Any) -> None:
        self._write("warning", event, fields)

    def error(self, event: str, **fields: Any) -> None:
        self._write("error", event, fields)

    def _write(self, level: str, event: str, fields: dict[str, Any]) -> None:
        if LEVELS.index(level) < self._lowest:
            return
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"time": time, "level": level, "event": event, **self._fields, **fields}
        self._stream.write(msgspec.json.encode(line, enc_hook=str).decode() + "\n")
        self._stream.flush()


class LibraryLogs(logging.Handler):
    """Turns the warnings of libraries such as asyncio into lines like ours."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        level = "error" if record.levelno >= logging.ERROR else "warning"
        trace = self.formatException(record) if record.exc_info else None
        getattr(self._log, level)(
            record.name,
            error=record.getMessage(),
            **({"trace": trace} if trace else {}),
        )

    def formatException(self, record: logging.LogRecord) -> str:
        return logging.Formatter().formatException(
            record.exc_info or (None, None, None)
        )
