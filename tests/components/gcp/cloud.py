"""A project that has one service of Cloud Run, its trial, and their log."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import httplib2

PLACE = "projects/shop-prod/locations/europe-west1"
DIGEST = f"sha256:{'ab' * 32}"
_EXAMPLE = {"event": "example", "level": "info", "status": 200, "tolerance": 1e-6}


@dataclass
class Cloud:
    """It answers as the API does, of services that were asked of it."""

    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    ready: bool = True
    """Whether what is made becomes ready."""
    got: dict[str, Any] = field(default_factory=lambda: {"outputs": [1.0]})
    """What the model answers to its example."""
    lines: int = 0

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | None = None,
        headers: dict[str, str] | None = None,
        **_: Any,
    ) -> tuple[httplib2.Response, bytes]:
        """As httplib2 has it, of which the SDK makes use."""
        status, answer = self._answer(method, uri, json.loads(body or "{}"))
        told = json.dumps(answer).encode()
        return httplib2.Response({"status": str(status)}), told

    def serve(self, name: str, revision: str, digest: str = DIGEST) -> None:
        """What an engine made of a service."""
        shares = [{"revision": revision, "percent": 100}]
        template = {
            "revision": revision,
            "containers": [{"image": f"wine@{digest}"}],
            "annotations": {"slipway.version": "1.5.0"},
        }
        self.services[name] = {"template": template, "traffic": shares}

    def _answer(self, method: str, uri: str, body: Any) -> tuple[int, Any]:
        if "entries:list" in uri:
            return 200, {"entries": [self._example()]}
        path = uri.partition("/v2/")[2].partition("?")[0].removeprefix(f"{PLACE}/")
        if method == "POST":
            called = re.findall(r"serviceId=([\w-]+)", uri)[0]
            self.services[called] = body
            return 200, {"name": f"{PLACE}/operations/1"}
        match path.split("/"):
            case ["services", name] if name in self.services:
                return self._of_service(method, name, body)
            case ["services", name, "revisions", revision] if name in self.services:
                return self._revision(name, revision)
        return 404, {"error": {"message": "not found"}}

    def _of_service(self, method: str, name: str, body: Any) -> tuple[int, Any]:
        service = self.services[name]
        if method == "DELETE":
            del self.services[name]
        if method == "PATCH":
            service.update(body)
        newest = f"{PLACE}/services/{name}/revisions/{service['template']['revision']}"
        return 200, {
            "name": f"{PLACE}/services/{name}",
            "generation": "2",
            "observedGeneration": "2",
            "latestCreatedRevision": newest,
            "latestReadyRevision": newest if self.ready else "",
            "terminalCondition": {"state": self._state},
            "traffic": service.get("traffic", []),
            "trafficStatuses": service.get("traffic", []),
        }

    def _revision(self, name: str, revision: str) -> tuple[int, Any]:
        template = self.services[name]["template"]
        if template["revision"] != revision:
            return 404, {"error": {"message": "not found"}}
        return 200, {
            **template,
            "name": f"{PLACE}/services/{name}/revisions/{revision}",
            "createTime": "2026-11-29T01:00:00Z",
            "conditions": [
                {"type": "Ready", "state": self._state, "message": "It never listened."}
            ],
        }

    @property
    def _state(self) -> str:
        return f"CONDITION_{'SUCCEEDED' if self.ready else 'FAILED'}"

    def _example(self) -> dict[str, Any]:
        self.lines += 1
        told = {**_EXAMPLE, "expected": {"outputs": [1.0]}, "got": self.got}
        moment = "2026-11-29T01:00:05Z"
        return {"insertId": "1", "timestamp": moment, "jsonPayload": told}
