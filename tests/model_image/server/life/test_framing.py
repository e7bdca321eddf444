"""Where a request ends is beyond doubt, or it is no request."""

from typing import Any

import pytest

from tests.model_image.server.life.raw import (
    GOOD,
    HEAD,
    answered,
    request,
    said,
    statuses,
)

HIDDEN = b"GET /hidden HTTP/1.1\r\nhost: t\r\n\r\n"


@pytest.fixture
def port(server: Any) -> int:
    return server.ports[0]


@pytest.mark.parametrize(
    "framing",
    [
        b"content-length: 4\r\ntransfer-encoding: chunked",
        b"transfer-encoding: chunked\r\ncontent-length: 4",
        b"content-length: 4\r\ncontent-length: 40",
        b"content-length: 4\r\ncontent-length: 4",
        b"content-length: 4, 4",
        b"content-length: +4",
        b"content-length: -4",
        b"content-length: 0x4",
        b"content-length: 99999999999999999999999",
        b"content-length : 4",
        b"transfer-encoding : chunked",
        b"transfer-encoding: chunked\r\ntransfer-encoding: identity",
        b"transfer-encoding: chunked, identity",
        b"transfer-encoding: xchunked",
        b"transfer-encoding:\r\n chunked",
        b"x: y\r\n\tcontent-length: 4",
        b"x\x00y: z",
        b"x: y\x00z",
        b"x: y\rz: w",
        b": empty",
        b"content length: 4",
    ],
)
def test_a_request_that_two_readers_could_read_differently_is_refused(
    port: int, framing: bytes
):
    heard = said(port, HEAD + framing + b"\r\n\r\n0\r\n\r\n" + HIDDEN)

    assert statuses(heard) == [400]
    assert b"connection: close" in heard.lower()


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\nhello\r\n0\r\n\r\n",
        b"-1\r\nhello\r\n0\r\n\r\n",
        b"5\r\nhello0\r\n\r\n",
        b"5hello\r\n0\r\n\r\n",
        b"\r\n\r\n\r\n",
        b"ffffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    ],
)
def test_chunks_that_are_none_are_refused(port: int, chunks: bytes):
    heard = said(port, HEAD + b"transfer-encoding: chunked\r\n\r\n" + chunks)

    assert statuses(heard)[0] in (400, 413, 422, 431)


@pytest.mark.parametrize(
    "bytes_sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/9.9\r\nhost: t\r\n\r\n",
        b"GET\r\n\r\n",
        b"\r\n" * 20 + b"nonsense\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: \xff\xfe\r\nconnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nx-request-id: \xff\r\nconnection: close\r\n\r\n",
        b"GET http://other/ HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n",
        b"GET //%00/..%2f HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n",
        b"CONNECT t:80 HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nupgrade: h2c\r\nconnection: upgrade, close\r\n\r\n",
    ],
)
def test_what_is_no_request_gets_one_answer_that_is_not_our_fault(
    server: Any, bytes_sent: bytes
):
    heard = said(server.ports[0], bytes_sent)

    (status,) = statuses(heard)
    assert status < 500
    answered(server)


@pytest.mark.parametrize("count", [50, 1500])
def test_requests_sent_all_at_once_are_answered_in_their_order(port: int, count: int):
    ids = [b"id-%d" % number for number in range(count)]
    sent = [request(GOOD, HEAD + b"x-request-id: %s\r\n" % each) for each in ids]
    sent[-1] = sent[-1].replace(b"host: t", b"host: t\r\nconnection: close")

    heard = said(port, b"".join(sent))

    assert statuses(heard) == [200] * count
    places = [heard.index(b"x-request-id: %s\r\n" % each) for each in ids]
    assert places == sorted(places)
