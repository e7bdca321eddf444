"""A request and its reply, as the routes see them."""

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from .telemetry.traces import Span

JSON = b"application/json"
Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(slots=True)
class Reply:
    """What goes back; `why` is the JSON of a refusal, for the log."""

    status: int
    body: bytes
    kind: bytes = JSON
    headers: Headers = ()
    why: dict[str, Any] | None = None


Answer = Reply | Coroutine[Any, Any, Reply]
"""A reply, or what becomes one where that takes a while."""


@dataclass(slots=True)
class Request:
    """What a caller sent: `headers` by lower-case name, `arrived` in perf_counter()."""

    body: bytes
    headers: dict[bytes, bytes]
    id: str = ""
    arrived: float = 0.0
    method: str = "POST"
    path: str = "/"
    caller: str = ""
    """The address that the request came from, empty on a Unix socket."""
    route: str = "unknown"
    span: "Span | None" = None
    counted: bool = False
    """Whether it is among the predictions in flight."""


def told(content: Any, status: int = 200, headers: Headers = ()) -> Reply:
    """A reply in JSON."""
    return Reply(status, msgspec.json.encode(content), JSON, headers)


def refused(status: int, body: dict[str, Any], headers: Headers = ()) -> Reply:
    """A reply that says what was wrong."""
    return Reply(status, msgspec.json.encode(body), JSON, headers, body)
