"""Runs the model without holding up the process that answers the probes."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from .flavours import Model
from .values import Array

INLINE_SECONDS = 0.005
"""Work expected to take longer than this leaves the event loop."""


class Runner:
    """
    Runs small work in place and the rest in threads.

    A thread costs more than most small models take, and a large one run in place
    would stop the health answers; `seconds_per_row`, seen at warm-up, decides.
    """

    def __init__(
        self,
        model: Model,
        seconds_per_row: float,
        threads: int,
        observe: Callable[[float], None],
    ) -> None:
        self.model = model
        self._seconds_per_row = seconds_per_row
        self._pool = ThreadPoolExecutor(threads, "inference")
        self._observe = observe

    async def run(
        self, arrays: dict[str, Array], outputs: tuple[str, ...] | None = None
    ) -> dict[str, Array]:
        """The model's outputs for these arrays."""
        rows = len(next(iter(arrays.values())))
        if rows * self._seconds_per_row < INLINE_SECONDS:
            return self._run(arrays, outputs)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._run, arrays, outputs)

    def _run(
        self, arrays: dict[str, Array], outputs: tuple[str, ...] | None
    ) -> dict[str, Array]:
        start = perf_counter()
        given = self.model.run(arrays, outputs)
        self._observe(perf_counter() - start)
        return given
