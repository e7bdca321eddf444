"""What requests ask of the model, alone and together as one batch."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from ..flavours import Model
from ..values import Array

Outputs = dict[str, Array]
Answer = Outputs | Exception


@dataclass(slots=True, eq=False)
class Work:
    """One request's share of the work, and where its answer is waited for."""

    arrays: dict[str, Array]
    outputs: tuple[str, ...] | None
    rows: int
    answer: asyncio.Future[Outputs]
    arrived: float = field(default_factory=perf_counter)


@dataclass(slots=True, eq=False)
class Batch:
    """Works that are run as one."""

    works: list[Work]
    rows: int
    begun: float = field(default_factory=perf_counter)


def answers(model: Model, works: Sequence[Work]) -> list[Answer]:
    """
    Each work's answer; what makes a batch fail is the fault of its own work only.

    It is looked for by halves, so that the others wait a few runs and not one each.
    """
    try:
        return _together(model, works)
    except BaseException as error:
        if len(works) == 1:
            return [_failure(error)]
        half = len(works) // 2
        return answers(model, works[:half]) + answers(model, works[half:])


def _together(model: Model, works: Sequence[Work]) -> list[Answer]:
    if len(works) == 1:
        return [model.run(works[0].arrays, works[0].outputs)]
    arrays = {
        name: np.concatenate([work.arrays[name] for work in works])
        for name in works[0].arrays
    }
    asked = {work.outputs for work in works}
    given = model.run(arrays, asked.pop() if len(asked) == 1 else None)
    parts: list[Answer] = []
    start = 0
    for work in works:
        end = start + work.rows
        names = work.outputs or tuple(given)
        parts.append({name: given[name][start:end] for name in names})
        start = end
    return parts


def _failure(error: BaseException) -> Exception:
    """The same where the event loop can take it; nothing here ends the server."""
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    failure = RuntimeError(f"the model raised {type(error).__name__}: {error}")
    failure.__cause__ = error
    return failure
