"""The ASGI application: from a request's bytes to an answer, a count and a line."""

import re
import traceback
from collections.abc import Awaitable, Callable
from time import monotonic, perf_counter
from typing import Any
from uuid import uuid4

import msgspec

from .body import Disconnected, read
from .log import Log
from .metrics import Metrics
from .refusal import Refusal
from .routes import Route, Service, State, not_found, routes

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")
_JSON = (b"content-type", b"application/json")
_CLOSE = (b"connection", b"close")


class App:
    """Answers every request, in JSON, with who answered in the headers."""

    def __init__(
        self,
        service: Service,
        metrics: Metrics,
        log: Log,
        *,
        instance: str,
        max_body_bytes: int,
    ) -> None:
        self._service = service
        self._metrics = metrics
        self._log = log
        self._routes = routes(service)
        self._max_body_bytes = max_body_bytes
        self._signature = (
            (b"x-slipway-version", service.manifest.version.encode()),
            (b"x-slipway-instance", instance.encode()),
        )
        self._sampled = 0.0

    async def __call__(
        self, scope: dict[str, Any], receive: Receive, send: Send
    ) -> None:
        start = perf_counter()
        headers = dict(scope["headers"])
        request_id = _request_id(headers)
        route = self._routes.get(scope["path"])
        counted = route is not None and route.method == "POST"
        if counted:
            self._metrics.in_flight.inc()
        try:
            status, body, extra = await self._answer(
                route, scope, headers, receive, request_id
            )
            await self._send(send, status, body, request_id, extra)
        except Disconnected:
            status, body = 499, {"error": "the caller left before sending it all"}
        finally:
            if counted:
                self._metrics.in_flight.dec()
        seconds = perf_counter() - start
        name = route.name if route else "unknown"
        self._metrics.answered(name, status, seconds)
        self._note(name, status, body, request_id, seconds)

    async def _answer(
        self,
        route: Route | None,
        scope: dict[str, Any],
        headers: dict[bytes, bytes],
        receive: Receive,
        request_id: str,
    ) -> tuple[int, dict[str, Any], tuple[tuple[bytes, bytes], ...]]:
        """Status, JSON and further headers; whatever goes wrong becomes an answer."""
        try:
            if route is None:
                raise not_found(scope["path"], self._service)
            method = "GET" if scope["method"] == "HEAD" else scope["method"]
            if method != route.method:
                allowed = "GET, HEAD" if route.method == "GET" else route.method
                raise Refusal(
                    405,
                    f"{scope['path']} is asked with {route.method}, not {method}",
                    headers=((b"allow", allowed.encode()),),
                )
            body = b""
            if method == "POST":
                body = await read(headers, receive, self._max_body_bytes)
            status, answer = await route.answer(body, request_id)
            return status, answer, ()
        except Refusal as refusal:
            return refusal.status, refusal.body(request_id), refusal.headers
        except msgspec.ValidationError as error:
            return 422, {"error": f"the request: {error}", "id": request_id}, ()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            reason = f"the request's body is not JSON: {error}"
            return 400, {"error": reason, "id": request_id}, ()
        except Disconnected:
            raise
        except Exception:
            self._log.error("failed", id=request_id, trace=traceback.format_exc())
            reason = "the server failed; its log has the reason under this id"
            return 500, {"error": reason, "id": request_id}, ()

    async def _send(
        self,
        send: Send,
        status: int,
        body: dict[str, Any],
        request_id: str,
        extra: tuple[tuple[bytes, bytes], ...],
    ) -> None:
        payload = msgspec.json.encode(body)
        headers = [
            _JSON,
            (b"content-length", str(len(payload)).encode()),
            (b"x-request-id", request_id.encode()),
            *self._signature,
            *extra,
        ]
        # A caller that keeps its connection would come back here after the drain.
        if self._service.state is State.DRAINING:
            headers.append(_CLOSE)
        await send(
            {"type": "http.response.start", "status": status, "headers": headers}
        )
        await send({"type": "http.response.body", "body": payload})

    def _note(
        self,
        route: str,
        status: int,
        body: dict[str, Any],
        request_id: str,
        seconds: float,
    ) -> None:
        """Log every failed request, and of the others one a second."""
        if route == "health":
            return
        fields: dict[str, Any] = {
            "route": route,
            "status": status,
            "id": request_id,
            "ms": round(seconds * 1000, 3),
        }
        if status >= 400:
            level = self._log.error if status >= 500 else self._log.warning
            level("request", **fields, **_reason(body))
        elif monotonic() - self._sampled >= 1:
            self._sampled = monotonic()
            self._log.info("request", **fields)


def _reason(body: dict[str, Any]) -> dict[str, Any]:
    """Why a request failed; the values it carried are nobody's business."""
    mistakes = body.get("mistakes")
    if mistakes is None:
        return {"error": body["error"]}
    features = dict.fromkeys(mistake.feature for mistake in mistakes)
    return {"error": "wrong values", "features": list(features)}


def _request_id(headers: dict[bytes, bytes]) -> str:
    """The caller's own id where it is harmless to repeat, else a new one."""
    given = headers.get(b"x-request-id", b"")
    return given.decode() if _REQUEST_ID.fullmatch(given) else uuid4().hex
