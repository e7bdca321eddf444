"""A beat of the event loop: how late it comes tells how much there is to do."""

import asyncio
from collections.abc import Callable

from .refusal import Refusal

_BEAT_SECONDS = 0.05
_BEATS_A_SECOND = 20


class Pulse:
    """
    Measures how long whatever arrives now waits for its turn in the event loop.

    Small models run in place, so that no queue but the loop's own fills up; `check`
    refuses work while a turn takes longer than `limit_seconds`.
    """

    def __init__(self, limit_seconds: float) -> None:
        self._limit = limit_seconds
        self._each_second: tuple[Callable[[], None], ...] = ()
        self._lag = 0.0
        self._due = 0.0
        self._beats = 0
        self._timer: asyncio.TimerHandle | None = None

    def each_second(self, *calls: Callable[[], None]) -> None:
        """Call these each second too; they must be quick."""
        self._each_second = calls

    def start(self) -> None:
        """Beat from now on, in the running event loop."""
        loop = asyncio.get_running_loop()
        self._due = loop.time() + _BEAT_SECONDS
        self._timer = loop.call_at(self._due, self._beat, loop)

    def stop(self) -> None:
        """Beat no more."""
        if self._timer:
            self._timer.cancel()

    def check(self) -> None:
        """Raises the 503 while the event loop is too far behind."""
        if self._lag > self._limit:
            raise Refusal(
                503,
                f"requests wait {self._lag:.1f} seconds for their turn; try again",
                headers=((b"retry-after", b"1"),),
            )

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        self._lag = loop.time() - self._due
        self._beats += 1
        if self._beats % _BEATS_A_SECOND == 0:
            for call in self._each_second:
                call()
        self._due = loop.time() + _BEAT_SECONDS
        self._timer = loop.call_at(self._due, self._beat, loop)
