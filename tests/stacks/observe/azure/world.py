"""Container Apps as its API tells it, for the real SDK: no network, no account."""

import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import requests
import requests.adapters
import urllib3
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import RequestsTransport

from stacks.settings.azure import LABELS, AzurePlatform
from stacks.settings.azure_subscription import AzureSubscription

OURS = "22222222-2222-2222-2222-222222222222"
GROUP = "ml-prod"
DIGEST = f"sha256:{'ab' * 32}"
OTHER = f"sha256:{'cd' * 32}"
STREAM = "https://westeurope.azurecontainerapps.dev/logstream"
_PATH = re.compile(
    rf"/subscriptions/{OURS}(?:/resourceGroups/{GROUP}/providers/Microsoft\.App"
    r"/containerApps/(?P<app>[\w-]+)(?P<rest>/.*)?)?"
)
_ALERTS = re.compile(
    rf"/subscriptions/{OURS}/resourceGroups/(?P<group>[\w-]+)"
    r"/providers/Microsoft\.AlertsManagement/alerts"
)


class Anybody:
    """Credentials that nobody asks for."""

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        return AccessToken(f"token for {scopes[0]}", 4_102_444_800)


@dataclass
class World:
    """What there is in one resource group, and all that was asked of it."""

    apps: dict[str, dict[str, Any]] = field(default_factory=dict)
    revisions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    copies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    """With what else was asked in them."""
    alerts: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    """By the resource group of what each is fired on."""
    refusals: list[str] = field(default_factory=list)
    """What the next attempts to make an app are answered."""
    subscription: dict[str, Any] | None = field(
        default_factory=lambda: {"displayName": "models", "tenantId": "t"}
    )

    def client(self, platform: AzurePlatform) -> AzureSubscription:
        """The real SDK's client, led to here."""
        session = requests.Session()
        session.mount("https://", _Adapter(self._received))
        transport = RequestsTransport(session=session, session_owner=False)
        return AzureSubscription(platform, credential=Anybody(), transport=transport)

    def serve(self, app: str, suffix: str, **told: Any) -> str:
        """A revision of an app that runs one copy; returns the copy's id."""
        name = f"{app}--{suffix}"
        self.apps.setdefault(app, _app(app))
        every = self.revisions.setdefault(app, [])
        every.append(revision(name, number=len(every), **told))
        self.apps[app]["properties"] |= {
            "latestRevisionName": name,
            "latestReadyRevisionName": name,
        }
        self.copies[name] = [copy(f"{name}-1")]
        return f"{name}/{name}-1"

    def _received(self, method: str, url: str, body: Any) -> tuple[int, Any]:
        self.urls.append(url)
        return self._answer(method, url.split("?")[0].partition(".com")[2], body)

    def _answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        self.asked.append((method, path, body))
        if alerts := _ALERTS.fullmatch(path):
            fired = self.alerts.get(alerts["group"], ())
            return 200, {"value": [{"properties": {"essentials": o}} for o in fired]}
        match = _PATH.fullmatch(path)
        if match is None:
            return 404, _error("ResourceNotFound", path)
        app, rest = match["app"], (match["rest"] or "").strip("/").split("/")
        if app is None:
            return (200, self.subscription) if self.subscription else _forbidden()
        if rest == [""]:
            return self._app(method, app, body)
        if app not in self.apps:
            return 404, _error("ResourceNotFound", app)
        if rest[0].lower() == "getauthtoken":
            return 200, {"location": "x", "properties": {"token": f"of {app}"}}
        return self._below(app, rest)

    def _app(self, method: str, app: str, body: Any) -> tuple[int, Any]:
        if method == "DELETE":
            found = self.apps.pop(app, None)
            self.revisions.pop(app, None)
            return (200, {}) if found else (204, None)
        if method == "GET":
            found = self.apps.get(app)
            return (200, found) if found else (404, _error("ResourceNotFound", app))
        if method == "PUT" and self.refusals:
            return 400, _error("InvalidParameterValue", self.refusals.pop(0))
        if method == "PUT":
            self.put(app, body)
        return 200, self.apps[app]

    def put(self, app: str, body: dict[str, Any]) -> None:
        """Make an app, or another revision of it, as whoever asks for this does."""
        self.apps[app] = {**_app(app), **body}
        self.apps[app]["properties"] |= {"provisioningState": "Succeeded"}
        self._made(app, body["properties"]["template"])

    def _made(self, app: str, template: dict[str, Any]) -> None:
        every = self.revisions.setdefault(app, [])
        name = f"{app}--r{len(every)}"
        made = revision(name, number=len(every))
        made["properties"]["template"] = template
        every.append(made)
        self.copies[name] = [copy(f"{name}-1")]
        self.apps[app]["properties"] |= {
            "latestRevisionName": name,
            "latestReadyRevisionName": name,
        }

    def _below(self, app: str, rest: list[str]) -> tuple[int, Any]:
        _, *path = rest
        if not path:
            return 200, {"value": self.revisions.get(app, [])}
        found = [one for one in self.revisions.get(app, []) if one["name"] == path[0]]
        if not found:
            return 404, _error("ResourceNotFound", path[0])
        if path[1:] in (["activate"], ["deactivate"]):
            found[0]["properties"]["active"] = path[1] == "activate"
            return 200, None
        copies = self.copies.get(path[0], [])
        if path[1:] == ["replicas"]:
            return 200, {"value": copies}
        if path[2:]:
            one = [each for each in copies if each["name"] == path[2]]
            return (200, one[0]) if one else (404, _error("ResourceNotFound", path[2]))
        return 200, found[0]


def revision(
    name: str,
    *,
    role: str = "model",
    weight: int = 100,
    digest: str = DIGEST,
    number: int = 0,
    deployment: str = "d1",
    **properties: Any,
) -> dict[str, Any]:
    """One that runs and is well, unless something else is said of it."""
    told = {
        "slipway.stack": "prod",
        "slipway.model": "wine",
        "slipway.version": "1.4.2",
        "slipway.deployment": deployment,
        "slipway.attempt": "2",
        "slipway.role": role,
    }
    env = [{"name": LABELS, "value": json.dumps(told)}]
    image = f"slipwaymodels.azurecr.io/wine@{digest}"
    return {
        "name": name,
        "properties": {
            "createdTime": _moment(600 - number),
            "active": True,
            "trafficWeight": weight,
            "provisioningState": "Provisioned",
            "healthState": "Healthy",
            "runningState": "Running",
            "template": {"containers": [{"name": "model", "image": image, "env": env}]},
            **properties,
        },
    }


def copy(name: str, **container: Any) -> dict[str, Any]:
    """One that is ready, unless something else is said of its container."""
    state = {
        "name": "model",
        "ready": True,
        "started": True,
        "restartCount": 0,
        "runningState": "Running",
        "logStreamEndpoint": f"{STREAM}/{name}",
        **container,
    }
    created = _moment(500)
    return {"name": name, "properties": {"createdTime": created, "containers": [state]}}


def _app(name: str) -> dict[str, Any]:
    traffic = [{"latestRevision": True, "weight": 100}]
    configuration = {"activeRevisionsMode": "Single", "ingress": {"traffic": traffic}}
    return {
        "name": name,
        "location": "westeurope",
        "tags": {"slipway.engine": "pulumi"},
        "properties": {"configuration": configuration},
    }


def _moment(ago_s: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=ago_s)).isoformat()


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def _forbidden() -> tuple[int, Any]:
    return 403, _error("AuthorizationFailed", "no")


class _Adapter(requests.adapters.HTTPAdapter):
    """Answers a request of the SDK without sending it."""

    def __init__(self, answer: Callable[[str, str, Any], tuple[int, Any]]) -> None:
        super().__init__()
        self._answer = answer

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> Any:
        body = json.loads(cast(bytes, request.body)) if request.body else None
        status, told = self._answer(request.method or "", request.url or "", body)
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(json.dumps(told).encode() if told is not None else b""),
            status=status,
            headers=_HEADERS,
            preload_content=False,
        )
        return self.build_response(request, raw)


_HEADERS: Mapping[str, str] = {"Content-Type": "application/json"}


def alert(rule: str, condition: str = "Fired", group: str = GROUP) -> dict[str, str]:
    """One, as Azure Monitor tells it; a rule is in the group of its service."""
    providers = f"/subscriptions/{OURS}/resourceGroups/{group}/providers"
    address = f"{providers}/microsoft.insights/metricalerts/{rule}"
    return {"alertRule": address, "monitorCondition": condition}
