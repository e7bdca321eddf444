"""Which path answers what; a path not here is a 404."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec

from . import infer, predict
from .manifest import Manifest
from .refusal import Refusal
from .runner import Runner


class State(Enum):
    """Where the server is in its life."""

    STARTING = "starting"
    READY = "ready"
    DRAINING = "draining"


@dataclass
class Service:
    """What the answers depend on: the model and where the server is in its life."""

    manifest: Manifest
    state: State = State.STARTING
    runner: Runner | None = None

    @property
    def running(self) -> Runner:
        """The model, which also answers while the server drains."""
        if self.runner is None:
            raise Refusal(503, f"the model is not ready: {self.state.value}")
        return self.runner


Answer = tuple[int, dict[str, Any]]
"""A status and the JSON to go with it."""


@dataclass(frozen=True)
class Route:
    """One path: its name in metrics, its method, and what answers it."""

    name: str
    answer: Callable[[bytes, str], Awaitable[Answer]]
    method: str = "GET"


def routes(service: Service) -> dict[str, Route]:
    """Every path this server knows, by its exact text."""
    manifest = service.manifest
    model = f"/v2/models/{manifest.name}"
    get = {
        "/": ("index", lambda: _index(service)),
        "/v2": ("metadata", lambda: _server()),
        "/v2/health/live": ("health", lambda: (200, {"live": True})),
        "/v2/health/ready": ("health", lambda: _ready(service)),
        "/v2/health/startup": ("health", lambda: _started(service)),
    }
    table = {path: Route(name, _plain(answer)) for path, (name, answer) in get.items()}
    for base in (model, f"{model}/versions/{manifest.version}"):
        table[base] = Route("metadata", _plain(lambda: (200, infer.metadata(manifest))))
        table[f"{base}/ready"] = Route("health", _plain(lambda: _model_ready(service)))
        table[f"{base}/infer"] = Route("infer", _infer(service), "POST")
    table["/predict"] = Route("predict", _predict(service), "POST")
    return table


def not_found(path: str, service: Service) -> Refusal:
    """The 404 for a path that is not in the table."""
    manifest = service.manifest
    error = f"there is nothing at {path[:200]}; GET / lists what there is"
    if path.startswith("/v2/models/"):
        error = (
            f"this server has the model {manifest.name!r} in version "
            f"{manifest.version}, and nothing at {path[:200]}"
        )
    return Refusal(404, error)


def _plain(answer: Callable[[], Answer]) -> Callable[[bytes, str], Awaitable[Answer]]:
    async def answered(body: bytes, request_id: str) -> Answer:
        return answer()

    return answered


def _predict(service: Service) -> Callable[[bytes, str], Awaitable[Answer]]:
    manifest = service.manifest
    model = {"name": manifest.name, "version": manifest.version}

    async def answer(body: bytes, request_id: str) -> Answer:
        runner = service.running
        arrays = predict.arrays(msgspec.json.decode(body), manifest)
        shown = predict.predictions(await runner.run(arrays), manifest)
        return 200, {"predictions": shown, "model": model, "id": request_id}

    return answer


def _infer(service: Service) -> Callable[[bytes, str], Awaitable[Answer]]:
    manifest = service.manifest

    async def answer(body: bytes, request_id: str) -> Answer:
        runner = service.running
        request = infer.decode(body)
        arrays = infer.arrays(request, manifest)
        outputs = infer.wanted(request, manifest)
        given = await runner.run(arrays, tuple(output.name for output in outputs))
        return 200, {
            "model_name": manifest.name,
            "model_version": manifest.version,
            "id": request_id if request.id is None else request.id,
            "outputs": infer.answer(given, outputs),
        }

    return answer


def _index(service: Service) -> Answer:
    manifest = service.manifest
    return 200, {
        "model": {
            "name": manifest.name,
            "version": manifest.version,
            "identity": manifest.identity,
            "description": manifest.description,
        },
        "predict": "POST /predict",
        "infer": f"POST /v2/models/{manifest.name}/infer",
        "metadata": f"GET /v2/models/{manifest.name}",
        "ready": "GET /v2/health/ready",
    }


def _server() -> Answer:
    return 200, {"name": "slipway", "version": "2", "extensions": []}


def _ready(service: Service) -> Answer:
    ready = service.state is State.READY
    state = service.state.value
    return (200 if ready else 503), {"live": True, "ready": ready, "state": state}


def _started(service: Service) -> Answer:
    started = service.state is not State.STARTING
    return (200 if started else 503), {"started": started}


def _model_ready(service: Service) -> Answer:
    status, body = _ready(service)
    return status, {"name": service.manifest.name, "ready": body["ready"]}
