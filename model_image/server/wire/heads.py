"""The first lines of a request and of an answer."""

import http
import json
from contextlib import suppress
from email.utils import formatdate
from time import time
from urllib.parse import unquote_to_bytes

import httptools

from ..message import Headers, Reply


class Heads:
    """Writes what comes before an answer's body; `signature` is in each of them."""

    def __init__(self, signature: Headers) -> None:
        self._signature = _lines(signature)
        self._starts: dict[tuple[int, bytes], bytes] = {}
        self._second = 0
        self._common = b""

    def of(self, reply: Reply, request_id: str, *, close: bool) -> bytes:
        """The head of this reply, which also says whether the connection ends."""
        start = self._starts.get((reply.status, reply.kind))
        if start is None:
            start = self._start(reply)
        second = int(time())
        if second != self._second:
            self._second = second
            date = formatdate(second, usegmt=True).encode()
            self._common = b"\r\ndate: %s\r\n%s" % (date, self._signature)
        return b"%s%d%sx-request-id: %s\r\n%s%s\r\n" % (
            start,
            len(reply.body),
            self._common,
            request_id.encode(),
            _lines(reply.headers) if reply.headers else b"",
            b"connection: close\r\n" if close else b"",
        )

    def _start(self, reply: Reply) -> bytes:
        phrase = http.HTTPStatus(reply.status).phrase.encode()
        start = b"HTTP/1.1 %d %s\r\ncontent-type: %s\r\ncontent-length: " % (
            reply.status,
            phrase,
            reply.kind,
        )
        self._starts[reply.status, reply.kind] = start
        return start


def _lines(headers: Headers) -> bytes:
    return b"".join(b"%s: %s\r\n" % header for header in headers)


def path(url: bytes) -> str:
    """The path of a request's target, without its query and with %41 as A."""
    if not url.startswith(b"/"):
        with suppress(httptools.HttpParserInvalidURLError):
            url = httptools.parse_url(url).path or b"/"
    found = url.partition(b"?")[0]
    if b"%" in found:
        found = unquote_to_bytes(found)
    return found.decode("utf-8", "replace")


def refusal(status: int, error: str) -> bytes:
    """A whole answer from the connection itself, which then closes."""
    body = json.dumps({"error": error}).encode()
    phrase = http.HTTPStatus(status).phrase
    retry = "retry-after: 1\r\n" if status == 503 else ""
    head = (
        f"HTTP/1.1 {status} {phrase}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n{retry}connection: close\r\n\r\n"
    )
    return head.encode() + body
