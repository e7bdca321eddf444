"""Hours of good and bad requests leave a server as it was; minutes stand for them."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.model_image.conftest import WINE
from tests.model_image.server.life.process import descriptors, resident_bytes
from tests.model_image.server.life.record import record
from tests.open_loop import OpenLoop, Outcome

Serve = Callable[..., Any]
(ROW,) = json.loads((WINE / "example.json").read_bytes())["request"]["rows"]
BODIES = [
    *[json.dumps({"rows": [ROW] * count}).encode() for count in (1, 1, 1, 10, 200)],
    json.dumps(ROW | {"alcohol": None}).encode(),
    json.dumps(ROW | {"alcohol": "strong", "prolin": 1}).encode(),
    b'{"rows": [{"alcohol": ' + b"9" * 5000 + b"}]}",
    b'{"rows": [',
    b"[" * 10_000,
    b'{"rows": [{"\xff\xfe": 1}]}',
    b"",
    json.dumps({"rows": [{"x": 1}] * 1000}).encode(),
]


async def _rude(port: int, over: asyncio.Event) -> None:
    """Callers who leave in the middle of things, until it is over."""
    parts = [b"", b"POST /predict HT", b"\x16\x03\x01", b"GET / HTTP/1.1\r\n\r\n"]
    parts.append(b"POST /predict HTTP/1.1\r\ncontent-length: 999\r\n\r\n{")
    while not over.is_set():
        for part in parts:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(part)
            await asyncio.sleep(0.02)
            writer.transport.abort()


def soaked(server: Any, seconds: float) -> Outcome:
    async def run() -> Outcome:
        over = asyncio.Event()
        rude = asyncio.create_task(_rude(server.ports[0], over))
        outcome = await OpenLoop(server.ports[0], 150, BODIES).run(seconds)
        over.set()
        await rude
        await asyncio.sleep(1)
        return outcome

    return asyncio.run(run())


def test_good_and_bad_requests_are_each_answered_and_leave_no_descriptor(serve: Serve):
    server = serve(WINE)
    soaked(server, 1)
    before = descriptors(server.process.pid)

    outcome = soaked(server, 4)

    assert outcome.lost == []
    assert set(outcome.answered) == {200, 400, 422}
    assert descriptors(server.process.pid) <= before


@pytest.mark.proof
@pytest.mark.timeout(600)
def test_minutes_of_good_and_bad_requests_leave_memory_flat(serve: Serve):
    server = serve(WINE)
    soaked(server, 60)
    before = resident_bytes(server.process.pid)
    files = descriptors(server.process.pid)

    outcome = soaked(server, 240)

    after = resident_bytes(server.process.pid)
    assert outcome.lost == []
    assert set(outcome.answered) == {200, 400, 422}
    assert descriptors(server.process.pid) <= files
    assert after < before * 1.05
    record(
        "soak",
        f"Four minutes of good and bad requests and of callers who leave in the middle "
        f"({sum(outcome.answered.values()):,} answers, 200, 400 or 422 as they ought): "
        f"resident memory {before / 2**20:.1f} MB before and {after / 2**20:.1f} MB "
        f"after, {files} open files before and after.",
    )
