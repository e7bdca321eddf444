"""Each platform says what a copy may use, as it enforces that."""

from typing import Any

import pytest

from stacks.observe.aws import tasks
from stacks.observe.azure.observer import AzureObserver
from stacks.observe.gcp import revisions
from stacks.observe.kubernetes import pods
from stacks.observe.replica import Replica
from tests.stacks.observe.aws.conftest import task
from tests.stacks.observe.azure.test_observer import APP, looking_at
from tests.stacks.observe.azure.world import World
from tests.stacks.observe.gcp.conftest import revision

LIMITS = {"cpu": "500m", "memory": "1Gi"}


def said(one: Replica) -> tuple[float | None, float | None]:
    return one.cpu, one.memory_mb


def pod(status: dict[str, Any]) -> dict[str, Any]:
    told = ("stack", "model", "version", "deployment")
    labels = {f"slipway.{key}": key for key in told} | {"slipway.attempt": "0"}
    container = {"name": "model", "image": "i", "resources": {"limits": LIMITS}}
    state = {"running": {"startedAt": "2026-11-29T01:00:00Z"}}
    return {
        "metadata": {
            "name": "wine-1",
            "labels": labels,
            "creationTimestamp": "2026-11-29T01:00:00Z",
        },
        "spec": {"containers": [container]},
        "status": {"containerStatuses": [{"name": "model", "state": state, **status}]},
    }


def azure(**resources: Any) -> AzureObserver:
    world = World()
    world.serve(APP, "r1")
    (one,) = world.revisions[APP]
    one["properties"]["template"]["containers"][0]["resources"] = resources
    return looking_at(world)


@pytest.mark.parametrize(
    "seen",
    [
        lambda: tasks.replica(task(cpu="512", memory="1024"), in_rotation=True),
        lambda: revisions.replica(
            revision(containers=[{"resources": {"limits": LIMITS}}]), in_rotation=True
        ),
        lambda: pods.replica(pod({})),
        lambda: azure(cpu=0.5, memory="1Gi").replicas()[0],
    ],
    ids=["aws", "gcp", "kubernetes", "azure"],
)
def test_a_copy_has_the_limits_that_its_platform_enforces(seen: Any) -> None:
    assert said(seen()) == (0.5, 1024)


@pytest.mark.parametrize(
    "seen",
    [
        lambda: tasks.replica(task(), in_rotation=True),
        lambda: revisions.replica(revision(), in_rotation=True),
        lambda: azure().replicas()[0],
    ],
    ids=["aws", "gcp", "azure"],
)
def test_what_a_platform_does_not_say_is_none(seen: Any) -> None:
    assert said(seen()) == (None, None)


def test_a_pod_that_was_resized_in_place_has_its_new_limits() -> None:
    resized = {"resources": {"limits": {"cpu": "2", "memory": "2Gi"}}}
    assert said(pods.replica(pod(resized))) == (2, 2048)
