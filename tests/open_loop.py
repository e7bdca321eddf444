"""Callers who ask at a steady rate, whether or not they have been answered."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

import httptools

PATIENCE_SECONDS = 30


@dataclass
class Outcome:
    """
    What became of the requests; `lost` has a reason for each that got no answer.

    `refused` counts those that no server listened to any more.
    """

    answered: Counter[int] = field(default_factory=Counter)
    refused: int = 0
    lost: list[str] = field(default_factory=list)
    seconds: dict[int, list[float]] = field(default_factory=dict)
    """By status, from when each request was begun until its answer was whole."""
    late: float = 0.0
    """How long after it was due the latest request was begun: a busy machine."""
    headers: dict[int, dict[str, str]] = field(default_factory=dict)
    """By status, those of the last answer."""

    def quantile(self, status: int, share: float) -> float:
        """The time within which this share of the answers came."""
        ordered = sorted(self.seconds[status])
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


class _Connection(asyncio.Protocol):
    """One connection to the server, with one request at a time."""

    def __init__(self) -> None:
        self.open = True
        self._answer: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, request: bytes) -> asyncio.Future[int]:
        self._answer = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)
        self.headers: dict[str, str] = {}
        self.transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode().lower()] = value.decode()

    def on_message_complete(self) -> None:
        self.open = self._parser.should_keep_alive()
        if self._answer and not self._answer.done():
            self._answer.set_result(self._parser.get_status_code())

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("closed without answer"))


class OpenLoop:
    """
    `rate` requests a second on connections that are kept, every `fresh`th on a new one.

    `bodies` are sent to /predict in turn.
    """

    def __init__(
        self,
        port: int,
        rate: float,
        bodies: Sequence[bytes],
        fresh: int = 4,
        host: str = "127.0.0.1",
    ) -> None:
        self._port = port
        self._host = host
        self._rate = rate
        self._requests = [
            b"POST /predict HTTP/1.1\r\nhost: t\r\ncontent-length: %d\r\n\r\n%s"
            % (len(body), body)
            for body in bodies
        ]
        self._fresh = fresh
        self._idle: list[_Connection] = []
        self.outcome = Outcome()

    async def run(
        self, seconds: float, over: Callable[[], bool] = lambda: False
    ) -> Outcome:
        """Ask for so long, or until it is `over`, and wait for the last answer."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        asked: set[asyncio.Task[None]] = set()
        for number in count():
            due = start + number / self._rate
            if due - start > seconds or over():
                break
            await asyncio.sleep(due - loop.time())
            task = asyncio.create_task(self._ask(number, due))
            asked.add(task)
            task.add_done_callback(asked.discard)
        await asyncio.gather(*asked)
        for connection in self._idle:
            connection.transport.abort()
        return self.outcome

    async def _ask(self, number: int, due: float) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        self.outcome.late = max(self.outcome.late, begun - due)
        connection = self._kept() if number % self._fresh else None
        reused = connection is not None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                if connection is None:
                    connection = await self._connection()
                status = await connection.ask(
                    self._requests[number % len(self._requests)]
                )
        except ConnectionRefusedError:
            self.outcome.refused += 1
            return
        except (OSError, httptools.HttpParserError) as error:
            if connection:
                connection.transport.abort()
            where = "a kept connection" if reused else "a new connection"
            self.outcome.lost.append(f"{where}: {error!r}")
            return
        self.outcome.answered[status] += 1
        self.outcome.seconds.setdefault(status, []).append(loop.time() - begun)
        self.outcome.headers[status] = connection.headers
        if connection.open:
            self._idle.append(connection)
        else:
            connection.transport.close()

    def _kept(self) -> _Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.open:
                return connection
        return None

    async def _connection(self) -> _Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            _Connection, self._host, self._port
        )
        return connection
