"""All the connections of a port: how many, how idle, how slow."""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Protocol

from ..message import Answer, Reply, Request

if TYPE_CHECKING:
    from .connection import Connection

_IDLE_SECONDS = 75
"""Longer than load balancers keep idle connections, or they see resets."""
_TICK_SECONDS = 0.02


Admission = Coroutine[Any, Any, Reply | None]
"""Becomes the reply to a caller who may not ask, or None."""


class Application(Protocol):
    """What connections bring requests to; none of it raises."""

    def begin(self, request: Request) -> Reply | Admission | None:
        """Look at a request's head: what answers it, where its body is not needed."""
        ...

    def too_large(self, request: Request) -> Reply:
        """What answers a request whose body has no end."""
        ...

    def answer(self, request: Request) -> Answer:
        """The answer to a request that is whole."""
        ...

    def head(self, request: Request, reply: Reply, *, close: bool) -> bytes:
        """What comes before the reply's body."""
        ...

    def over(self, request: Request, reply: Reply) -> None:
        """The request was answered so."""
        ...

    def left(self, request: Request) -> None:
        """Its caller left before it was answered."""
        ...

    @property
    def body_bytes(self) -> int:
        """The largest body that is read."""
        ...

    @property
    def leaving(self) -> bool:
        """Whether callers are to come back on another connection."""
        ...


class Connections:
    """
    At most `limit` connections; a new one takes the place of the longest idle one.

    So ten thousand callers who say nothing keep nobody out. Whoever has connected, or
    begun a request, has `seconds` until the request is whole.
    """

    def __init__(self, application: Application, limit: int, seconds: float) -> None:
        self.application = application
        self.all: set[Connection] = set()
        self.idle: dict[Connection, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._limit = limit
        self._seconds = seconds

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

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something for a connection that takes a while."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def unheard(self) -> bool:
        """Whether somebody's request is not whole yet, or has still to come."""
        return any(each.waiting_since is not None for each in self.all)

    def sweep(self, moment: float) -> None:
        """End those whose request is too slow to come, and those idle for long."""
        for connection in [*self.all]:
            since = connection.waiting_since
            if since is not None and moment - since > self._seconds:
                error = f"no whole request came within {self._seconds:g} seconds"
                connection.refuse(408, error)
        for connection, since in [*self.idle.items()]:
            if moment - since <= _IDLE_SECONDS:
                break
            connection.transport.close()

    async def end(self) -> None:
        """Return once everything that was asked is answered and nobody is there."""
        for connection in [*self.all]:
            connection.end()
        loop = asyncio.get_running_loop()
        while self.all or self._tasks:
            await asyncio.sleep(_TICK_SECONDS)
            self.sweep(loop.time())

    def abort(self) -> None:
        """End all of them now."""
        for connection in [*self.all]:
            connection.transport.abort()
        for task in self._tasks:
            task.cancel()
