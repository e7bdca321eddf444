"""The application: from a request's head and body to an answer, a count and a line."""

import traceback
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import msgspec

from .access import Access
from .message import Answer, Headers, Reply, Request, refused
from .pulse import Pulse
from .record import Record
from .refusal import Refusal
from .request_id import RequestIds
from .routes import Route, Table, not_found
from .state import Service, State
from .wire import Admission, Heads

_LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What an application takes."""

    body_bytes: int
    private: bool = False
    """Whether what comes from within the container needs no token."""


class App:
    """Answers every request of one port, with who answered in the headers."""

    def __init__(
        self,
        service: Service,
        table: Table,
        access: Access,
        pulse: Pulse,
        record: Record,
        *,
        instance: str,
        bounds: Bounds,
    ) -> None:
        self._service = service
        self._metrics = service.metrics
        self._table = table
        self._access = access
        self._pulse = pulse
        self._record = record
        self._ids = RequestIds()
        self._bounds = bounds
        version = service.manifest.version.encode()
        self._heads = Heads(
            (
                (b"x-slipway-version", version),
                (b"x-slipway-instance", instance.encode()),
            )
        )

    def begin(self, request: Request) -> Reply | Admission | None:
        """Count a request whose head has come, and refuse it if that is enough to."""
        route = self._table.get(request.path)
        if route is not None:
            request.route = route.name
        request.id = self._ids.of(request.headers)
        request.span = self._record.begun(request)
        if route is not None and route.method == "POST":
            request.counted = True
            self._metrics.in_flight += 1
        try:
            self._check(route, request)
        except Refusal as refusal:
            return self._failed(request, refusal)
        if self._access.asks and route is not None and route.guarded:
            return None if self._within(request) else self._admission(request)
        return None

    def answer(self, request: Request) -> Answer:
        """What the route says; whatever goes wrong becomes a reply too."""
        try:
            answer = self._table[request.path].answer(request)
        except Exception as error:
            return self._failed(request, error)
        return answer if isinstance(answer, Reply) else self._later(request, answer)

    def head(self, request: Request, reply: Reply, *, close: bool) -> bytes:
        """What comes before the reply's body."""
        return self._heads.of(reply, request.id, close=close)

    def over(self, request: Request, reply: Reply) -> None:
        """Count and tell of an answer."""
        if request.counted:
            self._metrics.in_flight -= 1
        self._record.answered(request, reply)

    def left(self, request: Request) -> None:
        """Count and tell of a caller who left before the answer."""
        reason = "the caller left before sending it all"
        self.over(request, refused(499, {"error": reason, "id": request.id}))

    def too_large(self, request: Request) -> Reply:
        """What answers a body without end."""
        return self._failed(request, _too_large(self._bounds.body_bytes))

    @property
    def body_bytes(self) -> int:
        """The largest body that is read."""
        return self._bounds.body_bytes

    @property
    def leaving(self) -> bool:
        """A caller that keeps its connection would come back here after the drain."""
        return self._service.state is State.DRAINING

    def _check(self, route: Route | None, request: Request) -> None:
        """Raise what is wrong with a request whatever its body is."""
        if route is None:
            raise not_found(request.path, self._service)
        if request.method != route.method:
            _check_method(request.method, route, request.path)
        if route.method == "GET":
            return
        self._pulse.check()
        headers = request.headers
        encoding = headers.get(b"content-encoding", b"identity")
        if encoding != b"identity":
            shown = encoding.decode("latin-1")[:40]
            raise Refusal(415, f"the body is encoded as {shown}; send it plain")
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length) > self._bounds.body_bytes:
            raise _too_large(self._bounds.body_bytes)

    def _within(self, request: Request) -> bool:
        return self._bounds.private and request.caller in _LOOPBACK

    async def _admission(self, request: Request) -> Reply | None:
        try:
            await self._access.check(request.headers)
        except Exception as error:
            return self._failed(request, error)
        return None

    async def _later(
        self, request: Request, answer: Coroutine[Any, Any, Reply]
    ) -> Reply:
        try:
            return await answer
        except Exception as error:
            return self._failed(request, error)

    def _failed(self, request: Request, error: Exception) -> Reply:
        """The reply to a request that was refused, or was too much for us."""
        own = {"id": request.id}
        if isinstance(error, Refusal):
            self._metrics.rejected(error.mistakes)
            return refused(error.status, error.body(request.id), error.headers)
        if isinstance(error, msgspec.ValidationError):
            return refused(422, {"error": f"the request: {error}"} | own)
        if isinstance(error, msgspec.DecodeError | UnicodeDecodeError | RecursionError):
            reason = f"the request's body is not JSON: {error}"
            return refused(400, {"error": reason} | own)
        self._record.log.failed(request.id, "".join(traceback.format_exception(error)))
        reason = "the server failed; its log has the reason under this id"
        return refused(500, {"error": reason} | own)


def _too_large(limit: int) -> Refusal:
    return Refusal(
        413, f"the body is larger than {limit} bytes; send fewer rows at once"
    )


def _check_method(method: str, route: Route, path: str) -> None:
    """Raise the 405 that names the right method; HEAD is as good as GET."""
    if method == "HEAD" and route.method == "GET":
        return
    allowed = "GET, HEAD" if route.method == "GET" else route.method
    headers: Headers = ((b"allow", allowed.encode()),)
    raise Refusal(
        405, f"{path} is asked with {route.method}, not {method}", headers=headers
    )
