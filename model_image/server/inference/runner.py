"""Runs the model without holding up the process that answers the probes."""

from time import perf_counter

from ..flavours import Model
from ..metrics import Metrics
from ..settings import Limits
from ..values import Array
from .pace import Pace
from .workers import Workers

INLINE_SECONDS = 0.005
"""Work expected to take longer than this leaves the event loop."""


class Runner:
    """
    Runs small work in place and hands the rest to workers.

    A thread costs more than most small models take, and a large one run in place
    would stop the health answers; the pace seen at warm-up decides.
    """

    def __init__(
        self, model: Model, pace: Pace, limits: Limits, metrics: Metrics
    ) -> None:
        self._model = model
        self._pace = pace
        self._metrics = metrics
        self._workers = Workers(model, pace, limits, metrics)

    def run_now(
        self, arrays: dict[str, Array], outputs: tuple[str, ...] | None = None
    ) -> dict[str, Array] | None:
        """The model's outputs at once, or None where that is better left to `run`."""
        rows = len(next(iter(arrays.values())))
        if self._pace.seconds(rows) > INLINE_SECONDS:
            return None
        start = perf_counter()
        given = self._model.run(arrays, outputs)
        took = perf_counter() - start
        self._pace.saw(rows, took)
        self._metrics.inferred(took, rows)
        return given

    async def run(
        self,
        arrays: dict[str, Array],
        outputs: tuple[str, ...] | None = None,
        seconds: float | None = None,
    ) -> dict[str, Array]:
        """
        The model's outputs from a worker, within `seconds` where that is given.

        Raises Refusal where there is too much to do, and what the model raises.
        """
        rows = len(next(iter(arrays.values())))
        return await self._workers.run(arrays, outputs, rows, seconds)

    @property
    def waiting(self) -> int:
        """Requests that no worker has begun."""
        return self._workers.waiting

    @property
    def stuck(self) -> bool:
        """Whether a worker has not come back for far too long."""
        return self._workers.stuck
