"""What a revision counts, read as seldom as Cloud Logging wants it."""

import time

from .log import RevisionLog

_EVERY_S = 15.0
_MOST = 1000


class Minutes:
    """
    The lines a minute of one revision's instances, which only become more.

    A canary is looked at each second, and a log that is read so often is shut. Of what
    was counted before the first look its newest part is enough: looks are compared.
    """

    def __init__(self, log: RevisionLog) -> None:
        self._log = log
        self._lines: list[str] = []
        self._due = 0.0

    def lines(self) -> list[str]:
        """Those that are there, or were some seconds ago."""
        if (now := time.monotonic()) >= self._due:
            first = not self._lines
            log, event = self._log, "minute"
            self._lines += log.last(_MOST, event) if first else log.new(event)
            self._due = now + _EVERY_S
        return self._lines
