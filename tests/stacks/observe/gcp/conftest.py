"""An observer whose API answers by heart, in the words of Cloud Run and of the log."""

import json
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from googleapiclient.http import HttpMockSequence

from stacks.observe.gcp.observer import GcpObserver
from stacks.settings.gcp import GcpPlatform
from stacks.settings.gcp_project import GcpProject
from stacks.settings.stack import StackSettings

PLACE = "projects/shop-prod/locations/europe-west1"
SERVICE = f"{PLACE}/services/slipway-prod"
STABLE, CANARY = "slipway-prod-1-4-2-aaaaaaaa", "slipway-prod-1-5-0-bbbbbbbb"
DIGEST = f"sha256:{'ab' * 32}"
SETTINGS: dict[str, Any] = {
    "slipway:tier": "prod",
    "slipway:upstream": "staging",
    "slipway:platform": {
        "kind": "gcp",
        "project": "shop-prod",
        "region": "europe-west1",
        "contacts": [{"email": "ml@example.com"}],
        "start_s": 300,
    },
    "slipway:registry": {
        "kind": "artifact_registry",
        "project": "shop-artifacts",
        "location": "europe-west1",
    },
    "slipway:service": {"cpu": 1, "memory_mb": 512},
}
MODULE = "stacks.observe.gcp.observer"
"""By its name, for in the package's that is the class that everybody asks for."""
MINUTES = "stacks.observe.gcp.minutes"
GONE = 404, {"error": {"message": "not found"}}
Seen = Callable[..., tuple[GcpObserver, HttpMockSequence]]


def revision(name: str = STABLE, state: str = "SUCCEEDED", **more: Any) -> Any:
    """A revision as Cloud Run shows it."""
    told = {"stack": "prod", "model": "wine", "version": "1.4.2-r2"}
    told |= {"deployment": "68af1cbf592d", "attempt": "2"}
    ready = {"type": "Ready", "state": f"CONDITION_{state}"}
    return {
        "name": f"{SERVICE}/revisions/{name}",
        "createTime": "2026-11-29T01:00:00Z",
        "annotations": {f"slipway.{key}": value for key, value in told.items()},
        "containers": [{"image": f"host/wine@{DIGEST}"}],
        "conditions": [{"type": "Active", "state": "CONDITION_FAILED"}, ready],
        **more,
    }


def service(shares: dict[str, int] | None = None, **more: Any) -> Any:
    """A service whose requests are where they are to be."""
    split = [
        {"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", "revision": k, "percent": v}
        for k, v in (shares or {STABLE: 100}).items()
    ]
    return {
        "name": SERVICE,
        "generation": "3",
        "observedGeneration": "3",
        "labels": {"slipway-engine": "pulumi", "slipway-stack": "prod"},
        "latestCreatedRevision": f"{SERVICE}/revisions/{STABLE}",
        "latestReadyRevision": f"{SERVICE}/revisions/{STABLE}",
        "terminalCondition": {"type": "Ready", "state": "CONDITION_SUCCEEDED"},
        "traffic": split,
        "trafficStatuses": split,
        **more,
    }


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """The observer of a prod stack that is answered this, and what it asked."""
    clock = SimpleNamespace(sleep=lambda _: None, monotonic=lambda: 0.0)
    for module in (MODULE, "stacks.observe.gcp.log", MINUTES):
        monkeypatch.setattr(import_module(module), "time", clock)

    def make(*answers: Any) -> tuple[GcpObserver, HttpMockSequence]:
        told = [one if isinstance(one, tuple) else (200, one) for one in answers]
        http = HttpMockSequence(
            [({"status": str(status)}, json.dumps(body)) for status, body in told]
        )
        settings = StackSettings.parse("prod", SETTINGS)
        assert isinstance(settings.platform, GcpPlatform)
        project = GcpProject(settings.platform, http)
        return GcpObserver("prod", settings, project), http

    return make
