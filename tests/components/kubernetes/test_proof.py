"""What a rollout in a cluster goes back to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from components.kubernetes import proof as proofs
from components.kubernetes.proof import Proof
from stacks.settings.kubernetes import KubernetesPlatform
from stacks.settings.service import HealthSettings
from tests.components.kubernetes.conftest import CLUSTER


def deployment(id: str, image: str) -> dict[str, Any]:
    labels = {"slipway.stack": "prod", "slipway.deployment": id, "slipway.attempt": "0"}
    template = {"metadata": {"labels": labels}, "spec": {"image": image}}
    return {"metadata": {"name": "wine"}, "spec": {"replicas": 2, "template": template}}


class Cluster:
    """It has one Deployment, and keeps what it is asked for."""

    applied: list[dict[str, Any]]

    def __init__(self, live: dict[str, Any]) -> None:
        self.live = live
        self.applied = []

    def path(self, resource: str, name: str = "") -> str:
        return f"{resource}/{name}"

    def get(self, path: str) -> dict[str, Any]:
        return self.live

    def apply(self, path: str, manifest: dict[str, Any], *, manager: str) -> None:
        self.applied.append(manifest)


class Trial:
    """It starts nothing."""

    def __init__(self, *_: Any) -> None:
        self.start = lambda: "trial"

    @contextmanager
    def of(self, *_: Any) -> Iterator[None]:
        yield


class Checks:
    """They find that the rollout does not end well."""

    labels: dict[str, str]

    def __init__(self) -> None:
        self.labels = {}

    def verify(self, replica: str, rotation: Any) -> None: ...

    def try_out(self, start: Callable[[], str]) -> None: ...

    def confirm(self, rollout: Any) -> None:
        rollout.undo()


@pytest.mark.parametrize(
    ("remembered", "back"),
    [("a", "wine@a"), ("failed", "wine@a")],
    ids=["the release before", "after a failure"],
)
def test_it_is_what_serves_whatever_the_engine_remembers(
    monkeypatch: pytest.MonkeyPatch, remembered: str, back: str
) -> None:
    cluster = Cluster(deployment("a", "wine@a"))
    monkeypatch.setattr(proofs, "Cluster", lambda platform: cluster)
    monkeypatch.setattr(proofs, "Trial", Trial)
    one = Proof(
        called="wine",
        platform=KubernetesPlatform.model_validate(CLUSTER),
        health=HealthSettings(),
        checks=Checks(),
    )

    one.before(deployment(remembered, f"wine@{remembered}"), deployment("c", "wine@c"))
    one.after()

    (applied,) = cluster.applied
    assert applied["spec"]["template"]["spec"]["image"] == back
