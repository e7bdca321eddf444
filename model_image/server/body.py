"""The bytes of a request, as many as are allowed and not forever."""

from collections.abc import Awaitable, Callable
from typing import Any

from .refusal import Refusal


class Disconnected(Exception):
    """The caller left before the request was whole."""


async def read(
    headers: dict[bytes, bytes],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    limit: int,
) -> bytes:
    """
    The whole body; raises Refusal where it is too large or encoded.

    Whoever is slow with it loses the connection (connection.py).
    """
    if b"content-encoding" in headers:
        _check_encoding(headers[b"content-encoding"])
    message = await receive()
    body = message.get("body", b"")
    if message.get("more_body"):
        declared = headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) > limit:
            raise _too_large(limit)
    while message.get("more_body") and len(body) <= limit:
        message = await receive()
        body += message.get("body", b"")
    if message["type"] == "http.disconnect":
        raise Disconnected
    if len(body) > limit:
        raise _too_large(limit)
    return body


def _check_encoding(encoding: bytes) -> None:
    if encoding != b"identity":
        shown = encoding.decode("latin-1")[:40]
        raise Refusal(415, f"the body is encoded as {shown}; send it plain")


def _too_large(limit: int) -> Refusal:
    return Refusal(
        413, f"the body is larger than {limit} bytes; send fewer rows at once"
    )
