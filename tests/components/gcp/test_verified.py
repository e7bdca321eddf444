"""A release comes to Cloud Run only when it is proven, and goes back when it is not."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from components.gcp.proof import ServiceProof
from stacks.observe.gcp import observer as GcpObserver
from stacks.releases.verification import Unproven, Verification
from stacks.settings.gcp import GcpPlatform
from stacks.settings.gcp_project import GcpProject
from stacks.settings.service import HealthSettings
from stacks.settings.stack import StackSettings
from tests.components.gcp.cloud import DIGEST, Cloud
from tests.components.gcp.conftest import PROJECT, REGISTRY

SERVICE = "slipway-prod"
OLD, NEW = f"{SERVICE}-1-4-2-aaaaaaaa", f"{SERVICE}-1-5-0-bbbbbbbb"


def inputs(revision: str) -> dict[str, Any]:
    container = {
        "image": f"wine@{DIGEST}",
        "resources": {"limits": {"cpu": "1"}, "cpuIdle": False},
    }
    return {
        "template": {
            "revision": revision,
            "labels": {},
            "annotations": {"slipway.version": "1.5.0"},
            "containers": [container],
        },
        "traffics": [{"revision": revision, "percent": 100}],
    }


class Release:
    """A deployment of prod whose cloud is at hand, and what is put on record of it."""

    def __init__(self, cloud: Cloud, digest: str = DIGEST) -> None:
        self.recorded: list[str] = []
        settings = StackSettings.parse(
            "prod",
            {
                "slipway:tier": "prod",
                "slipway:upstream": "staging",
                "slipway:platform": PROJECT,
                "slipway:registry": REGISTRY,
                "slipway:service": {"cpu": 1, "memory_mb": 512},
            },
        )
        assert isinstance(settings.platform, GcpPlatform)
        project = GcpProject(settings.platform, cloud)
        checks: Any = Verification(
            observer=GcpObserver("prod", settings, project),
            digest=digest,
            health=HealthSettings(window_s=0),
            record=lambda kind, _: self.recorded.append(kind),
            require_engine=lambda: None,
        )
        self.proof = ServiceProof(
            called=SERVICE,
            platform=settings.platform,
            checks=checks,
            project=project,
        )


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(sleep=lambda _: None, monotonic=lambda: 0.0)
    for module in ("stacks.observe.gcp.observer", "components.gcp.trial"):
        monkeypatch.setattr(import_module(module), "time", clock)


@pytest.fixture
def cloud() -> Cloud:
    """What runs is the release of before."""
    cloud = Cloud()
    cloud.serve(SERVICE, OLD)
    return cloud


def test_a_release_is_tried_then_seen_to_its_end(cloud: Cloud) -> None:
    release = Release(cloud)

    release.proof.before(inputs(OLD), inputs(NEW))
    assert [*cloud.services] == [SERVICE]
    cloud.serve(SERVICE, NEW)  # which is the engine's part
    release.proof.after()

    assert release.recorded == ["deployed", "verified"]
    assert cloud.lines == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"got": {"outputs": [2.0]}}, "its stored example is answered wrongly"),
        ({"ready": False}, "It never listened"),
    ],
    ids=["a wrong answer", "no start"],
)
def test_one_that_is_not_proven_changes_nothing(
    cloud: Cloud, wrong: dict[str, Any], told: str
) -> None:
    vars(cloud).update(wrong)
    release = Release(cloud)
    before = dict(cloud.services)

    with pytest.raises(Unproven, match=told):
        release.proof.before(inputs(OLD), inputs(NEW))

    assert cloud.services == before
    assert release.recorded[-1] == "failed"


def test_one_with_another_digest_is_not_proven(cloud: Cloud) -> None:
    release = Release(cloud, digest=f"sha256:{'cd' * 32}")

    with pytest.raises(Unproven, match=f"it runs {DIGEST}, not sha256:cd"):
        release.proof.before(inputs(OLD), inputs(NEW))


def test_one_that_does_not_come_to_serve_gives_the_requests_back(
    cloud: Cloud,
) -> None:
    release = Release(cloud)
    release.proof.before(inputs(OLD), inputs(NEW))
    cloud.serve(SERVICE, NEW)
    cloud.ready = False

    with pytest.raises(Unproven, match="It never listened"):
        release.proof.after()

    (share,) = cloud.services[SERVICE]["traffic"]
    assert (share["revision"], share["percent"]) == (OLD, 100)
    assert release.recorded[-1] == "failed"
