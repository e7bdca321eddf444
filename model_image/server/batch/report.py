"""How far a job is, on standard error: a line for a person, or a log's lines."""

import time
from collections.abc import Callable
from typing import Any, TextIO

from ..log import Log

_PERSON_SECONDS = 1.0
_LOG_SECONDS = 10.0


class Report:
    """Rows, their rate and the rejects; what is said never mixes with the output."""

    def __init__(
        self,
        stream: TextIO,
        clock: Callable[[], float] = time.monotonic,
        **fields: Any,
    ) -> None:
        self._stream = stream
        self._person = stream.isatty()
        self._log = Log(stream=stream, **fields)
        self._clock = clock
        self._start = self._said = clock()
        self._line = False
        self.rows = 0
        self.skipped = 0
        self.rejected = 0

    @property
    def total(self) -> int:
        """All rows of the job, those of an earlier run too."""
        return self.rows + self.skipped

    def begin(self) -> None:
        """Start the clock: what came before was loading."""
        self._start = self._said = self._clock()

    def add(self, rows: int, rejected: int, share: float | None) -> None:
        """Some more rows are done; `share` of the input is read, if that is known."""
        self.rows += rows
        self.rejected += rejected
        now = self._clock()
        if now - self._said < (_PERSON_SECONDS if self._person else _LOG_SECONDS):
            return
        self._said = now
        if self._person:
            percent = "" if share is None else f", {share:.0%}"
            self._stream.write(f"\r\x1b[K{self._summary()}{percent}")
            self._stream.flush()
            self._line = True
        else:
            more = {} if share is None else {"share": round(share, 4)}
            self._log.info("scoring", **self._fields(), **more)

    def skip(self, rows: int) -> None:
        """Rows that an earlier run has done."""
        self.skipped += rows

    def say(self, event: str, **fields: Any) -> None:
        """Something worth knowing."""
        self._tell(self._log.info, event, fields)

    def fail(self, event: str, error: str) -> None:
        """Why it ends here, in one sentence."""
        self._tell(self._log.error, event, {"error": error})

    def end(self, output: str, rows: int, rejected: int, rejects: str = "") -> None:
        """All is done; the counts are the job's, an earlier run's share included."""
        seconds = self._clock() - self._start
        if not self._person:
            self.say(
                "done",
                output=output,
                rows=rows,
                rejected=rejected,
                rejects=rejects,
                seconds=round(seconds, 3),
                rows_per_second=round(self._rate()),
            )
            return
        where = f", {rejected:,} of them rejected: see {rejects}" if rejected else ""
        self.say(
            f"{output}: {rows:,} rows in {seconds:.1f} s, {self._rate():,.0f} rows/s"
            + where
        )

    def _tell(
        self, log: Callable[..., None], event: str, fields: dict[str, Any]
    ) -> None:
        if not self._person:
            log(event, **fields)
            return
        if self._line:
            self._stream.write("\n")
            self._line = False
        shown = ", ".join(str(value) for value in fields.values())
        self._stream.write(f"{event}: {shown}\n" if shown else f"{event}\n")
        self._stream.flush()

    def _fields(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "rejected": self.rejected,
            "rows_per_second": round(self._rate()),
        }

    def _summary(self) -> str:
        rejected = f", {self.rejected:,} rejected" if self.rejected else ""
        return f"{self.rows:,} rows, {self._rate():,.0f} rows/s{rejected}"

    def _rate(self) -> float:
        return self.rows / max(self._clock() - self._start, 1e-9)
