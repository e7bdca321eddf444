"""Callers of a Service: a steady rate, whatever becomes of its pods."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.deployment.watching import until
from tests.open_loop import OpenLoop, Outcome

RATE = 500


@contextmanager
def callers(host: str, body: bytes, rate: float = RATE) -> Iterator[Outcome]:
    """
    `rate` requests a second, on kept connections and new ones, until it is left.

    They begin once the address answers: of a Service that was just made, nodes learn a
    moment after its pods are ready.
    """
    until(lambda: _answers(host), f"{host} to answer")
    over = threading.Event()
    loop = OpenLoop(80, rate, [body], host=host)
    thread = threading.Thread(target=lambda: asyncio.run(loop.run(600, over.is_set)))
    thread.start()
    try:
        yield loop.outcome
    finally:
        over.set()
        thread.join()


def _answers(host: str) -> bool:
    try:
        url = f"http://{host}/v2/health/ready"
        return httpx.get(url, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def assert_nothing_lost(outcome: Outcome) -> None:
    """Every request got its answer."""
    assert outcome.lost == []
    assert outcome.refused == 0
    assert set(outcome.answered) == {200}, outcome.answered
