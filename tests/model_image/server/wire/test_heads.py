"""The first lines of requests and of answers."""

from email.utils import parsedate_to_datetime

import pytest

from model_image.server.message import Reply, told
from model_image.server.wire.heads import Heads, path, refusal


def head(reply: Reply, *, close: bool = False) -> list[bytes]:
    heads = Heads(((b"x-slipway-version", b"1.2.0"),))
    return heads.of(reply, "id-1", close=close).split(b"\r\n")


def test_an_answer_says_what_it_is_how_long_and_whose():
    lines = head(told({"a": 1}))

    assert lines[0] == b"HTTP/1.1 200 OK"
    assert lines[-2:] == [b"", b""]
    assert {
        b"content-type: application/json",
        b"content-length: 7",
        b"x-slipway-version: 1.2.0",
        b"x-request-id: id-1",
    } <= set(lines)


def test_an_answer_is_dated():
    (date,) = [line for line in head(told({})) if line.startswith(b"date: ")]

    assert parsedate_to_datetime(date[6:].decode()).tzinfo is not None


def test_only_the_last_answer_closes():
    assert b"connection: close" in head(told({}), close=True)
    assert b"connection: close" not in head(told({}))


def test_a_replys_own_headers_are_in_it():
    assert b"retry-after: 3" in head(Reply(503, b"", headers=((b"retry-after", b"3"),)))


def test_two_kinds_of_one_status_are_told_apart():
    heads = Heads(())

    texts = [heads.of(Reply(200, b"", kind), "", close=False) for kind in (b"a", b"b")]

    assert [
        b"content-type: %s\r\n" % kind in text
        for kind, text in zip((b"a", b"b"), texts, strict=True)
    ] == [True, True]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (b"/predict", "/predict"),
        (b"/predict?a=/b?c", "/predict"),
        (b"/pre%64ict", "/predict"),
        (b"/%C3%A9", "/é"),
        (b"/%ff", "/\ufffd"),
        (b"http://other/predict?x=1", "/predict"),
        (b"http://other", "/"),
        (b"//other/predict", "//other/predict"),
        (b"*", "*"),
        (b"t:80", "t:80"),
    ],
)
def test_a_target_is_read_as_its_path(target: bytes, expected: str):
    assert path(target) == expected


def test_a_refusal_of_too_many_says_when_to_come_back():
    assert b"retry-after: 1\r\n" in refusal(503, "full")
    assert b"retry-after" not in refusal(400, "nonsense")
