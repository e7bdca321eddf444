"""What waits is run together, in bounded time; nobody pays for another's mistake."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from model_image.server.inference.pace import Pace
from model_image.server.inference.workers import Workers
from model_image.server.refusal import Refusal
from model_image.server.settings import Limits
from tests.model_image.server.models import LIMITS, Arrays, Doubler, metrics, rows

GAINS = Pace(0.02, 0.0)
LINEAR = Pace(0.0, 0.02)


def workers(model: Doubler, pace: Pace = GAINS, limits: Limits = LIMITS) -> Workers:
    return Workers(model, pace, limits, metrics())


async def held(
    model: Doubler, threads: Workers, *asked: Callable[[], Awaitable[Any]]
) -> list[Any]:
    """The results of what was asked while the model was busy with something else."""
    model.go.clear()
    first = asyncio.create_task(ask(threads, 0))
    await asyncio.sleep(0.05)
    others = [asyncio.ensure_future(one()) for one in asked]
    await asyncio.sleep(0.05)
    model.go.set()
    await first
    return await asyncio.gather(*others, return_exceptions=True)


async def ask(
    threads: Workers, *values: float, outputs: tuple[str, ...] | None = None
) -> dict[str, list[Any]]:
    given = await threads.run(rows(*values), outputs, len(values))
    return {name: each.ravel().tolist() for name, each in given.items()}


def refuse_thirteen(arrays: Arrays) -> None:
    if 13 in arrays["x"]:
        raise ValueError("thirteen")


def test_requests_that_wait_together_are_one_run_and_get_their_own_answers():
    model = Doubler()

    async def main() -> list[Any]:
        threads = workers(model)
        return await held(
            model,
            threads,
            lambda: ask(threads, 1),
            lambda: ask(threads, 2, 3),
            lambda: ask(threads, 4, outputs=("z",)),
        )

    assert asyncio.run(main()) == [
        {"y": [2], "z": [3]},
        {"y": [4, 6], "z": [6, 9]},
        {"z": [12]},
    ]
    assert model.runs == [1, 4]


def test_a_model_that_gains_nothing_by_it_runs_each_alone():
    model = Doubler()

    async def main() -> None:
        threads = workers(model, LINEAR)
        await held(model, threads, lambda: ask(threads, 1), lambda: ask(threads, 2))

    asyncio.run(main())

    assert model.runs == [1, 1, 1]


def test_a_batch_has_no_more_rows_than_allowed():
    model = Doubler()

    async def main() -> None:
        threads = workers(model, limits=replace(LIMITS, batch_rows=3))
        await held(model, threads, *[lambda: ask(threads, 1, 2) for _ in range(3)])

    asyncio.run(main())

    assert model.runs == [1, 2, 2, 2]


def test_one_request_that_the_model_fails_on_harms_no_other_of_its_batch():
    model = Doubler()
    model.before = refuse_thirteen

    async def main() -> list[Any]:
        threads = workers(model)
        return await held(
            model,
            threads,
            *[lambda value=value: ask(threads, value) for value in (1, 13, 2)],
        )

    first, failed, last = asyncio.run(main())

    assert (first["y"], last["y"]) == ([2], [4])
    assert isinstance(failed, ValueError)


def test_what_makes_a_batch_fail_is_found_by_halves():
    model = Doubler()
    model.before = refuse_thirteen

    async def main() -> None:
        threads = workers(model)
        values = [1, 13, *range(30, 44)]
        await held(
            model,
            threads,
            *[lambda value=value: ask(threads, value) for value in values],
        )

    asyncio.run(main())

    assert model.runs == [1, 16, 8, 4, 2, 1, 1, 2, 4, 8], "and not 16 of one row"


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), StopIteration()])
def test_whatever_the_model_raises_the_workers_live(error: BaseException):
    model = Doubler()

    def fail(arrays: Arrays) -> None:
        if arrays["x"][0, 0] == 13:
            raise error

    model.before = fail

    async def main() -> dict[str, list[Any]]:
        threads = workers(model)
        with pytest.raises(RuntimeError, match=type(error).__name__):
            await ask(threads, 13)
        return await ask(threads, 1)

    assert asyncio.run(main())["y"] == [2]


def test_who_would_wait_too_long_is_refused_at_once_and_told_when_to_come_back():
    model = Doubler()

    async def main() -> list[Any]:
        threads = workers(model, Pace(0.0, 4.0), replace(LIMITS, queue_seconds=5))
        asked = [lambda: ask(threads, 1)] * 3
        return await held(model, threads, *asked)

    admitted, refused, also = asyncio.run(main())

    assert admitted["y"] == [2]
    for one in (refused, also):
        assert isinstance(one, Refusal)
        assert one.status == 503
        assert one.headers == ((b"retry-after", b"8"),)


def test_who_waited_longer_than_was_expected_is_refused_in_the_end():
    model = Doubler()

    async def main() -> list[Any]:
        threads = workers(model, Pace(0.0, 0.001), replace(LIMITS, queue_seconds=0.01))
        return await held(model, threads, lambda: ask(threads, 1))

    (refused,) = asyncio.run(main())

    assert isinstance(refused, Refusal)
    assert refused.status == 503
    assert model.runs == [1]


def test_what_a_batch_saves_is_counted_when_the_wait_is_told():
    model = Doubler()

    async def main() -> list[Any]:
        threads = workers(model, Pace(2.0, 0.0), replace(LIMITS, queue_seconds=5))
        return await held(model, threads, *[lambda: ask(threads, 1)] * 20)

    assert all(isinstance(one, dict) for one in asyncio.run(main()))


def test_a_request_is_given_up_when_its_time_is_over_and_not_run_later():
    model = Doubler()

    async def main() -> list[Any]:
        threads = workers(model, LINEAR, replace(LIMITS, request_seconds=5))
        return await held(
            model, threads, lambda: threads.run(rows(7), None, 1, seconds=0.01)
        )

    (refused,) = asyncio.run(main())

    assert isinstance(refused, Refusal)
    assert refused.status == 504
    assert model.runs == [1]


def test_no_caller_may_wait_longer_than_the_server_lets_it():
    model = Doubler()

    async def main() -> Arrays:
        threads = workers(model, LINEAR, replace(LIMITS, request_seconds=0.01))
        model.go.clear()
        try:
            return await threads.run(rows(7), None, 1, seconds=1000)
        finally:
            model.go.set()

    with pytest.raises(Refusal, match=r"within 0\.01 seconds"):
        asyncio.run(main())


def test_as_many_run_at_once_as_there_are_threads():
    model = Doubler()

    async def main() -> int:
        threads = workers(model, LINEAR, replace(LIMITS, threads=2))
        model.go.clear()
        asked = [asyncio.create_task(ask(threads, value)) for value in range(3)]
        await asyncio.sleep(0.1)
        begun, waiting = len(model.runs), threads.waiting
        model.go.set()
        await asyncio.gather(*asked)
        return begun * 10 + waiting

    assert asyncio.run(main()) == 21


def test_a_run_that_does_not_come_back_is_seen():
    model = Doubler()

    async def main() -> tuple[bool, bool, bool]:
        threads = workers(model, limits=replace(LIMITS, stuck_seconds=0.1))
        before = threads.stuck
        model.go.clear()
        asked = asyncio.create_task(ask(threads, 1))
        await asyncio.sleep(0.2)
        meanwhile = threads.stuck
        model.go.set()
        await asked
        return before, meanwhile, threads.stuck

    assert asyncio.run(main()) == (False, True, False)
