"""Threads that run the model, each taking what has queued while the last one ran."""

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from time import perf_counter

from ..flavours import Model
from ..metrics import Metrics
from ..refusal import Refusal
from ..settings import Limits
from ..values import Array
from .pace import Pace
from .work import Answer, Batch, Outputs, Work, answers


class Workers:
    """
    As many threads as processors; no timer, no work held back for company.

    What waits is bounded by the time it would take, so that latency is bounded too.
    """

    def __init__(
        self, model: Model, pace: Pace, limits: Limits, metrics: Metrics
    ) -> None:
        self._model = model
        self._pace = pace
        self._limits = limits
        self._metrics = metrics
        self._batch_rows = limits.batch_rows if pace.batches_gain else 1
        self._pool = ThreadPoolExecutor(limits.threads, "inference")
        self._waiting: deque[Work] = deque()
        self._waiting_rows = 0
        self._running: set[Batch] = set()

    @property
    def waiting(self) -> int:
        """Requests that no thread has begun."""
        return len(self._waiting)

    @property
    def stuck(self) -> bool:
        """Whether a thread has been at one batch for far too long."""
        oldest = perf_counter() - self._limits.stuck_seconds
        return any(batch.begun < oldest for batch in self._running)

    async def run(
        self,
        arrays: dict[str, Array],
        outputs: tuple[str, ...] | None,
        rows: int,
        seconds: float | None = None,
    ) -> Outputs:
        """The outputs for these rows; raises Refusal where it would take too long."""
        wait = self._expected_wait()
        if wait > self._limits.queue_seconds:
            raise _overloaded(wait)
        loop = asyncio.get_running_loop()
        work = Work(arrays, outputs, rows, loop.create_future())
        self._waiting.append(work)
        self._waiting_rows += rows
        self._begin(loop)
        most = self._limits.request_seconds
        allowed = min(seconds or most, most)
        try:
            async with asyncio.timeout(allowed):
                return await work.answer
        except TimeoutError:
            raise Refusal(504, f"no answer within {allowed:g} seconds") from None

    def _expected_wait(self) -> float:
        """Seconds until a thread would begin what came now."""
        if len(self._running) < self._limits.threads:
            return 0.0
        runs = ceil(self._waiting_rows / self._batch_rows)
        runs = min(runs, len(self._waiting))
        pace, moment = self._pace, perf_counter()
        owed = (runs * pace.fixed + self._waiting_rows * pace.per_row) * pace.slowness
        for batch in self._running:
            owed += max(batch.begun + pace.seconds(batch.rows) - moment, 0.0)
        return owed / self._limits.threads

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let every idle thread take what waits."""
        while self._waiting and len(self._running) < self._limits.threads:
            batch = self._take()
            if batch.works:
                self._running.add(batch)
                self._pool.submit(self._work, batch, loop)

    def _take(self) -> Batch:
        """The next works that fit one batch; whoever gave up waiting is left out."""
        batch = Batch([], 0)
        while self._waiting:
            work = self._waiting[0]
            if batch.works and batch.rows + work.rows > self._batch_rows:
                break
            self._waiting.popleft()
            self._waiting_rows -= work.rows
            waited = batch.begun - work.arrived
            if work.answer.done():
                continue
            # What was expected to be quick was not; the bound holds all the same.
            if waited > self._limits.queue_seconds:
                work.answer.set_exception(_overloaded(waited))
                continue
            self._metrics.waited(waited)
            batch.works.append(work)
            batch.rows += work.rows
        return batch

    def _work(self, batch: Batch, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread: run the batch, and bring the answers to the event loop."""
        begun = perf_counter()
        given = answers(self._model, batch.works)
        seconds = perf_counter() - begun
        loop.call_soon_threadsafe(self._end, batch, given, seconds, loop)

    def _end(
        self,
        batch: Batch,
        given: list[Answer],
        seconds: float,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._running.discard(batch)
        self._pace.saw(batch.rows, perf_counter() - batch.begun)
        self._metrics.inferred(seconds, batch.rows)
        self._begin(loop)
        for work, answer in zip(batch.works, given, strict=True):
            if work.answer.done():
                continue
            if isinstance(answer, Exception):
                work.answer.set_exception(answer)
            else:
                work.answer.set_result(answer)


def _overloaded(wait: float) -> Refusal:
    return Refusal(
        503,
        f"there is work for {wait:.1f} seconds already; try again later",
        headers=((b"retry-after", b"%d" % max(1, ceil(wait))),),
    )
