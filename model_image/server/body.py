"""The bytes of a request, as many as are allowed and not forever."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from .refusal import Refusal

SECONDS = 30
"""How long a caller may take to send a body."""


class Disconnected(Exception):
    """The caller left before the request was whole."""


async def read(
    headers: dict[bytes, bytes],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    limit: int,
) -> bytes:
    """The whole body; raises Refusal where it is too large, too slow or encoded."""
    encoding = headers.get(b"content-encoding", b"identity")
    if encoding != b"identity":
        raise Refusal(
            415,
            f"the body is encoded as {encoding.decode('latin-1')[:40]}; send it plain",
        )
    declared = headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Disconnected
                body += message.get("body", b"")
                if len(body) > limit:
                    raise _too_large(limit)
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        raise Refusal(
            408, f"the body was not complete after {SECONDS} seconds"
        ) from None


def _too_large(limit: int) -> Refusal:
    return Refusal(
        413, f"the body is larger than {limit} bytes; send fewer rows at once"
    )
