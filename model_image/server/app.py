"""The ASGI application: from a request's bytes to an answer, a count and a line."""

import traceback
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

import msgspec

from .access import Access
from .body import Disconnected, read
from .message import Headers, Reply, Request, refused
from .pulse import Pulse
from .record import Record
from .refusal import Refusal
from .request_id import RequestIds
from .routes import Route, Table, not_found
from .state import Service, State

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
_CLOSE = (b"connection", b"close")


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
        max_body_bytes: int,
        private: bool = False,
    ) -> None:
        """A `private` port takes what comes from within the container without token."""
        self._service = service
        self._metrics = service.metrics
        self._table = table
        self._access = access
        self._pulse = pulse
        self._record = record
        self._ids = RequestIds()
        self._max_body_bytes = max_body_bytes
        self._private = private
        self._signature = (
            (b"x-slipway-version", service.manifest.version.encode()),
            (b"x-slipway-instance", instance.encode()),
        )

    async def __call__(
        self, scope: dict[str, Any], receive: Receive, send: Send
    ) -> None:
        route = self._table.get(scope["path"])
        name = route.name if route else "unknown"
        headers = dict(scope["headers"])
        request = Request(b"", headers, self._ids.of(headers), perf_counter())
        span = self._record.begun(name, headers)
        if route is None or route.method == "GET":
            reply = await self._reply(route, scope, request, receive)
            await self._send(send, reply, request.id)
        else:
            self._metrics.in_flight += 1
            try:
                reply = await self._reply(route, scope, request, receive)
                await self._send(send, reply, request.id)
            finally:
                self._metrics.in_flight -= 1
        self._record.answered(name, request, reply, span)

    async def _reply(
        self,
        route: Route | None,
        scope: dict[str, Any],
        request: Request,
        receive: Receive,
    ) -> Reply:
        """What the route says; whatever goes wrong becomes a reply too."""
        try:
            if route is None:
                raise not_found(scope["path"], self._service)
            if scope["method"] != route.method:
                _check_method(scope["method"], route, scope["path"])
            if route.guarded and self._access.asks and not self._within(scope):
                await self._access.check(request.headers)
            if route.method == "POST":
                self._pulse.check()
                request.body = await read(
                    request.headers, receive, self._max_body_bytes
                )
            return await route.answer(request)
        except Refusal as refusal:
            self._metrics.rejected(refusal.mistakes)
            body = refusal.body(request.id)
            return refused(refusal.status, body, refusal.headers)
        except msgspec.ValidationError as error:
            return refused(422, {"error": f"the request: {error}", "id": request.id})
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            reason = f"the request's body is not JSON: {error}"
            return refused(400, {"error": reason, "id": request.id})
        except Disconnected:
            reason = "the caller left before sending it all"
            return refused(499, {"error": reason, "id": request.id})
        except Exception:
            self._record.log.failed(request.id, traceback.format_exc())
            reason = "the server failed; its log has the reason under this id"
            return refused(500, {"error": reason, "id": request.id})

    def _within(self, scope: dict[str, Any]) -> bool:
        return self._private and (scope["client"] or ("",))[0] in _LOOPBACK

    async def _send(self, send: Send, reply: Reply, request_id: str) -> None:
        payload = reply.body
        headers = [
            (b"content-type", reply.kind),
            (b"content-length", b"%d" % len(payload)),
            (b"x-request-id", request_id.encode()),
            *self._signature,
            *reply.headers,
        ]
        # A caller that keeps its connection would come back here after the drain.
        if self._service.state is State.DRAINING:
            headers.append(_CLOSE)
        await send(
            {
                "type": "http.response.start",
                "status": reply.status,
                "headers": headers,
            }
        )
        await send({"type": "http.response.body", "body": payload})


def _check_method(method: str, route: Route, path: str) -> None:
    """Raise the 405 that names the right method; HEAD is as good as GET."""
    if method == "HEAD" and route.method == "GET":
        return
    allowed = "GET, HEAD" if route.method == "GET" else route.method
    headers: Headers = ((b"allow", allowed.encode()),)
    raise Refusal(
        405, f"{path} is asked with {route.method}, not {method}", headers=headers
    )
