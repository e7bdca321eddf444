"""A caller's connection, which gives way when it is idle, slow or too much."""

import asyncio
from collections import deque
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import httptools

from ..message import Answer, Reply, Request
from .connections import Admission, Connections
from .heads import path, refusal

HEAD_BYTES = 64 << 10
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(slots=True, eq=False)
class _Exchange:
    """A request whose head has come, and what is known of its answer."""

    request: Request
    keep_alive: bool
    whole: bool = False
    held: bool = False
    """Whether it is still to be seen if this caller may ask."""
    reply: Reply | None = None
    """What answers it before its body is read."""


class Connection(asyncio.Protocol):
    """
    One caller's requests, answered in their order.

    A request that the model answers at once costs no task and no turn of the event
    loop, which is a third of what a small model's answer would take otherwise.
    """

    transport: asyncio.Transport

    def __init__(self, connections: Connections) -> None:
        self._all = connections
        self._application = connections.application
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        # What follows a last request is left unread; it is no reason for a 400.
        self._parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._caller = ""
        self._url = b""
        self._headers: dict[bytes, bytes] = {}
        self._body = b""
        self._framing_bytes = 0
        self._coming: _Exchange | None = None
        self._queue: deque[_Exchange] = deque()
        self._answering = False
        self._refusal: bytes | None = None
        self._last = False
        self._unwritten = False
        self._paused = False
        self.waiting_since: float | None = None

    def connection_made(self, transport: Any) -> None:
        """Somebody connected."""
        self.transport = transport
        if not self._all.room():
            self.refuse(503, "there are too many connections; try again later")
            return
        address = transport.get_extra_info("peername")
        self._caller = address[0] if isinstance(address, tuple) else ""
        self._all.all.add(self)
        self.waiting_since = self._all.idle[self] = self._loop.time()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over, from whichever side."""
        self._all.drop(self)
        self.waiting_since = None
        for exchange in self._queue:
            self._application.left(exchange.request)
        self._queue.clear()

    def eof_received(self) -> bool:
        """The caller says no more; what it asked is answered all the same."""
        self._last = True
        return self._answering or any(each.whole for each in self._queue)

    def data_received(self, data: bytes) -> None:
        """Some bytes came, of a request, of several, or of none."""
        # In parts, for one read may hold many requests and the start of another.
        for start in range(0, len(data), HEAD_BYTES):
            part = data if len(data) <= HEAD_BYTES else data[start:][:HEAD_BYTES]
            self._read(part)
        self._advance()

    def _read(self, data: bytes) -> None:
        if self.transport.is_closing() or self._refusal:
            return
        rest = data
        while rest:
            try:
                self._parser.feed_data(rest)
                break
            except httptools.HttpParserUpgrade as upgrade:
                # Nobody is upgraded; the request is answered as if it did not ask.
                rest = rest[upgrade.args[0] :]
            except httptools.HttpParserCallbackError:
                raise  # Ours, not the caller's.
            except httptools.HttpParserError:
                self.refuse(400, "what came is not an HTTP request")
                return
        if self.waiting_since is not None:
            self._framing_bytes += len(data)
            if self._framing_bytes > HEAD_BYTES:
                self.refuse(431, f"the headers are larger than {HEAD_BYTES} bytes")

    # What the parser calls.

    def on_message_begin(self) -> None:
        self._all.idle.pop(self, None)
        self.waiting_since = self._loop.time()
        self._framing_bytes = 0
        self._url = b""
        self._headers = {}

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        parser = self._parser
        request = Request(
            b"",
            self._headers,
            arrived=perf_counter(),
            method=parser.get_method().decode(),
            path=path(self._url),
            caller=self._caller,
        )
        # What comes after the body as trailers is nobody's header.
        self._headers = {}
        keep_alive = parser.get_http_version() != "1.0" and parser.should_keep_alive()
        exchange = self._coming = _Exchange(request, keep_alive)
        self._body = b""
        self._queue.append(exchange)
        found = self._application.begin(request)
        if isinstance(found, Reply):
            exchange.reply = found
        elif found is not None:
            exchange.held = True
            self._all.spawn(self._admit(exchange, found))
        elif b"expect" in request.headers:
            self._go_on(exchange)

    def on_body(self, body: bytes) -> None:
        # Half of what comes may be sizes of chunks; trailers and the like may not.
        self._framing_bytes -= 2 * len(body)
        exchange = self._coming
        if exchange is None or exchange.reply is not None:
            return
        if len(self._body) + len(body) > self._application.body_bytes:
            self._body = b""
            exchange.reply = self._application.too_large(exchange.request)
        elif not self._body:
            self._body = body
        else:
            if isinstance(self._body, bytes):
                self._body = bytearray(self._body)
            self._body += body

    def on_message_complete(self) -> None:
        self.waiting_since = None
        exchange, self._coming = self._coming, None
        if exchange is not None:
            exchange.request.body = bytes(self._body)
            exchange.whole = True
        self._body = b""

    # From requests to answers.

    async def _admit(self, exchange: _Exchange, admission: Admission) -> None:
        exchange.reply = await admission
        exchange.held = False
        if exchange.reply is None and b"expect" in exchange.request.headers:
            self._go_on(exchange)
        self._advance()

    def _go_on(self, exchange: _Exchange) -> None:
        """Tell a caller who asked beforehand that the body is welcome."""
        asked = exchange.request.headers[b"expect"].lower() == b"100-continue"
        alone = len(self._queue) == 1 and not self._answering
        if asked and alone and not self.transport.is_closing():
            self.transport.write(_CONTINUE)

    def _advance(self) -> None:
        """Answer what has its turn, then see what this connection waits for now."""
        if self.transport.is_closing():
            return
        if self._queue and not self._answering and not self._unwritten:
            exchange = self._queue[0]
            answer = self._answer(exchange)
            if isinstance(answer, Reply):
                self._queue.popleft()
                self._write(exchange, answer)
                # The others' turn comes after that of other callers.
                if self._queue:
                    self._loop.call_soon(self._advance)
            elif answer is not None:
                self._queue.popleft()
                self._answering = True
                self._all.spawn(self._later(exchange, answer))
        self._settle()

    def _answer(self, exchange: _Exchange) -> Answer | None:
        if exchange.reply is not None:
            return exchange.reply
        if exchange.whole and not exchange.held:
            return self._application.answer(exchange.request)
        return None

    async def _later(self, exchange: _Exchange, answer: Any) -> None:
        reply = await answer
        self._answering = False
        self._write(exchange, reply)
        self._advance()

    def _write(self, exchange: _Exchange, reply: Reply) -> None:
        """Send a reply, as far as there is still somebody to read it."""
        request, application = exchange.request, self._application
        if not self.transport.is_closing():
            close = self._last or not exchange.keep_alive or application.leaving
            head = application.head(request, reply, close=close)
            body = b"" if request.method == "HEAD" else reply.body
            self.transport.write(head + body)
            if close:
                self.transport.close()
        application.over(request, reply)

    def _settle(self) -> None:
        if self.transport.is_closing():
            return
        queue = self._queue
        if not queue and not self._answering:
            if self._refusal is not None:
                self.transport.write(self._refusal)
                self.transport.close()
                return
            if self.waiting_since is None and self not in self._all.idle:
                self._all.idle[self] = self._loop.time()
        # What was read is answered before more is.
        pause = len(queue) > 1 or (len(queue) == 1 and queue[0].held)
        if pause != self._paused:
            self._paused = pause
            if pause:
                self.transport.pause_reading()
            else:
                self.transport.resume_reading()

    def pause_writing(self) -> None:
        """The caller reads too slowly."""
        self._unwritten = True

    def resume_writing(self) -> None:
        """It has caught up."""
        self._unwritten = False
        self._advance()

    # How it ends.

    def end(self) -> None:
        """Close once everything that was asked is answered."""
        self._last = True
        if not self._queue and not self._answering and self._coming is None:
            self.transport.close()

    def refuse(self, status: int, error: str) -> None:
        """Say why after what was asked before, and close."""
        if self.transport.is_closing() or self._refusal is not None:
            return
        self.waiting_since = None
        exchange, self._coming = self._coming, None
        if exchange is not None:
            if exchange not in self._queue:
                # It has its answer; only its body was still to come.
                self.transport.close()
                return
            self._queue.remove(exchange)
            self._application.left(exchange.request)
        self._refusal = refusal(status, error)
        self._advance()
