"""What no honest caller sends is refused cheaply, and honest ones are answered."""

import resource
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest

from tests.model_image.server.life.process import descriptors, resident_bytes
from tests.model_image.server.life.raw import (
    GOOD,
    HEAD,
    answered,
    connected,
    first,
    request,
    rest,
    said,
    statuses,
)
from tests.model_image.server.life.record import record


def test_a_flood_of_headers_is_cut_off(server: Any):
    many = b"".join(b"x-%d: y\r\n" % number for number in range(200_000))

    heard = said(server.ports[0], HEAD, many)

    assert statuses(heard) in ([431], [])
    answered(server)


def test_one_endless_header_is_cut_off_without_being_kept(server: Any):
    before = resident_bytes(server.process.pid)

    heard = said(server.ports[0], HEAD + b"x: ", *(b"y" * (1 << 20) for _ in range(50)))

    assert statuses(heard) in ([431], [])
    assert resident_bytes(server.process.pid) < before + (20 << 20)


def test_a_body_of_100_mb_is_refused_without_being_kept(server: Any):
    before = resident_bytes(server.process.pid)
    head = HEAD + b"content-length: %d\r\n\r\n" % (100 << 20)

    heard = first(server.ports[0], head, *(b" " * (1 << 20) for _ in range(100)))

    assert statuses(heard) in ([413], [])
    assert resident_bytes(server.process.pid) < before + (20 << 20)
    answered(server)


@pytest.mark.parametrize(
    ("begin", "more"),
    [
        (b"", b"%x\r\n%s\r\n" % (1 << 20, b" " * (1 << 20))),
        (b"", b"1\r\nx\r\n" * 170_000),
        (b"5;", b"y" * (1 << 20)),
        (b"0\r\nx: ", b"y" * (1 << 20)),
        (b"0\r\n", b"x: y\r\n" * 170_000),
    ],
    ids=["chunks", "tiny chunks", "a chunk's extension", "a trailer", "trailers"],
)
def test_chunks_without_end_are_cut_off_without_being_kept(
    server: Any, begin: bytes, more: bytes
):
    before = resident_bytes(server.process.pid)
    head = HEAD + b"transfer-encoding: chunked\r\n\r\n"

    heard = first(server.ports[0], head + begin, *[more] * 30)

    assert statuses(heard) in ([413], [431], [400], [])
    assert resident_bytes(server.process.pid) < before + (30 << 20)
    answered(server)


@pytest.mark.parametrize("path", [b"/predict", b"/v2/models/wine/infer"])
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 4_000_000,
        b'{"a":' * 1_000_000,
        b'{"rows": [{"alcohol": "\xff\xfe"}]}',
        b'{"rows": [{"\xc3\x28": 1}]}',
        b'{"rows": [{"alcohol": "\\ud800"}]}',
        b'{"rows": [{"alcohol": ' + b"9" * 1_000_000 + b"}]}",
        b'{"inputs": [' + b"{}," * 500_000 + b"{}]}",
        b'{"rows": [' + b"[]," * 500_000 + b"[]]}",
        b'{"rows": [{' + b'"a":1,' * 500_000 + b'"b":1}]}',
    ],
)
def test_json_made_to_hurt_is_refused_soon(server: Any, path: bytes, body: bytes):
    head = b"POST %s HTTP/1.1\r\nhost: t\r\nconnection: close\r\n" % path

    heard = said(server.ports[0], request(body, head))

    assert statuses(heard)[0] in (400, 422)
    assert len(heard) < 20_000
    answered(server)


@pytest.fixture
def many_files() -> Iterator[None]:
    """Room for ten thousand connections on this side."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 11_000:
        pytest.skip(f"only {hard} files may be open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
def test_ten_thousand_callers_who_say_nothing_keep_nobody_out(server: Any):
    before = resident_bytes(server.process.pid)
    took: list[float] = []
    with ExitStack() as open_ones:
        for number in range(10_000):
            open_ones.enter_context(connected(server.ports[0]))
            if number % 1000 == 999:
                start = time.monotonic()
                answered(server)
                took.append(time.monotonic() - start)
        held = resident_bytes(server.process.pid) - before
        assert descriptors(server.process.pid) < 2048 + 100

    assert max(took) < 5
    assert held < 60 << 20


def test_callers_who_leave_in_the_middle_leave_nothing_behind(server: Any):
    answered(server)
    before = descriptors(server.process.pid)
    for number in range(300):
        with connected(server.ports[0]) as connection:
            connection.sendall(request(GOOD)[: 10 + number])

    until(lambda: descriptors(server.process.pid) <= before)
    answered(server)


def test_a_caller_who_reads_no_answer_holds_up_nobody(server: Any):
    before = resident_bytes(server.process.pid)
    with connected(server.ports[0]) as deaf:
        deaf.settimeout(2)
        with suppress(TimeoutError):
            for _ in range(100):
                deaf.sendall(request(GOOD) * 1000)
        answered(server)
        assert resident_bytes(server.process.pid) < before + (30 << 20)


@pytest.mark.proof
@pytest.mark.parametrize(
    "whole", [HEAD + b"x: " + b"y" * 10_000, request(b" " * 10_000)]
)
def test_callers_who_send_a_byte_a_second_are_told_to_hurry(server: Any, whole: bytes):
    start = HEAD[:10] if whole.startswith(HEAD + b"x") else whole[:-9_000]
    with ExitStack() as open_ones:
        slow = [open_ones.enter_context(connected(server.ports[0])) for _ in range(200)]
        for each in slow:
            each.sendall(start)
        took: list[float] = []
        begun = time.monotonic()
        for second in range(45):
            for each in slow:
                drip(each, whole[len(start) + second :][:1])
            answer = time.monotonic()
            answered(server)
            took.append(time.monotonic() - answer)
            time.sleep(max(0.0, begun + second + 1 - time.monotonic()))
        heard = [statuses(rest(each)) for each in slow]

    assert heard == [[408]] * 200
    part = "head" if start == HEAD[:10] else "body"
    record(
        f"slow {part}",
        f"200 callers who send a byte of a request's {part} each second were all told "
        f"408; others were answered in {max(took) * 1000:.0f} ms at most meanwhile.",
    )


def drip(connection: socket.socket, byte: bytes) -> None:
    with suppress(ConnectionError):
        connection.sendall(byte)


def until(holds: Callable[[], bool]) -> None:
    """Wait for what has to come, and not for ever."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)
