"""A caller's connection, which gives way when it is idle, slow or too much."""

import http
import json
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 64 << 10


class Connections:
    """
    At most `limit` connections; a new one takes the place of the longest idle one.

    So ten thousand callers who say nothing keep nobody out. Whoever has connected, or
    begun a request, has `seconds` until the request is whole.
    """

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self.all: set[Connection] = set()
        self.idle: dict[Connection, None] = {}

    def protocol(self) -> type["Connection"]:
        """The class by which uvicorn makes its connections these."""
        return type("Counted", (Connection,), {"open": self})

    def room(self) -> bool:
        """Whether there is a place for one more, made if need be."""
        if len(self.all) >= self._limit and self.idle:
            oldest = next(iter(self.idle))
            self.drop(oldest)
            oldest.transport.abort()
        return len(self.all) < self._limit

    def drop(self, connection: "Connection") -> None:
        """Count this one no more."""
        self.all.discard(connection)
        self.idle.pop(connection, None)

    @property
    def unheard(self) -> bool:
        """Whether somebody's request is not whole yet, or has still to come."""
        return any(each.waiting_since is not None for each in self.all)

    def sweep(self, moment: float) -> None:
        """End those whose request has been on its way for too long."""
        for connection in [*self.all]:
            since = connection.waiting_since
            if since is not None and moment - since > self._seconds:
                error = f"no whole request came within {self._seconds:g} seconds"
                connection.refuse(408, error)


class Connection(HttpToolsProtocol):
    """uvicorn's connection, with limits on what comes before a request's body."""

    open: Connections

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._framing_bytes = 0
        self.waiting_since: float | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if not self.open.room():
            self.refuse(503, "there are too many connections; try again later")
            return
        self.open.all.add(self)
        self.open.idle[self] = None
        self.waiting_since = self.loop.time()

    def connection_lost(self, exc: Exception | None) -> None:
        self.open.drop(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # In parts, for one read may hold many requests and the start of another.
        if len(data) > HEAD_BYTES:
            for start in range(0, len(data), HEAD_BYTES):
                self.data_received(data[start : start + HEAD_BYTES])
            return
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self.waiting_since is not None:
            self._framing_bytes += len(data)
            if self._framing_bytes > HEAD_BYTES:
                self.refuse(431, f"the headers are larger than {HEAD_BYTES} bytes")

    def on_body(self, body: bytes) -> None:
        # Half of what comes may be sizes of chunks; trailers and the like may not.
        self._framing_bytes -= 2 * len(body)
        super().on_body(body)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.open.idle.pop(self, None)
        self.waiting_since = self.loop.time()
        self._framing_bytes = 0

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self.waiting_since = None

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.pipeline:
            # What was read is answered before more is.
            self.flow.pause_reading()
        # The last of several requests at once is the one in `cycle`.
        if self.waiting_since is None and self.cycle.response_complete:
            self.open.idle[self] = None

    def send_400_response(self, msg: str) -> None:
        self.refuse(400, "what came is not an HTTP request")

    def refuse(self, status: int, error: str) -> None:
        """Say why, unless an answer has begun, and close."""
        if self.transport.is_closing():
            return
        self.waiting_since = None
        if self._answering():
            self.transport.close()
            return
        body = json.dumps({"error": error}).encode()
        phrase = http.HTTPStatus(status).phrase
        retry = "retry-after: 1\r\n" if status == 503 else ""
        head = (
            f"HTTP/1.1 {status} {phrase}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n{retry}connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

    def _answering(self) -> bool:
        """Whether some of an answer was written to a request that is not over."""
        cycle = self.cycle
        over = cycle is None or (cycle.response_complete and not cycle.more_body)
        return not over and cycle.response_started
