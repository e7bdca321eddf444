"""What cannot be deployed says why in one sentence, before its deadline."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from stacks.releases.lock import Refused
from stacks.releases.verification import Unproven
from tests.cluster import Cluster as OwnCluster
from tests.deployment.kubernetes.applied import Applied
from tests.deployment.kubernetes.conftest import (
    HEALTH,
    Stack,
    make_restricted_namespace,
    pods,
    write,
)
from tests.estate import Estate

pytestmark = [pytest.mark.docker, pytest.mark.cluster]
START_S, STARTUP_S = 8, 6
_ABSENT = f"sha256:{'0' * 64}"


@pytest.fixture(scope="module")
def guest(stack: Stack, wine: dict[str, str]) -> Applied:
    """A stack in a namespace that somebody else made; nothing runs in it yet."""
    one = stack("guest", **_settings(wine["1.0.0"]))
    make_restricted_namespace(one)
    one.admit("1.0.0", wine["1.0.0"])
    return one


def _settings(digest: str, **settings: Any) -> dict[str, Any]:
    """Of a stack that is quick to judge; `service` and `platform` add to it."""
    service = settings.pop("service", {})
    platform = settings.pop("platform", {})
    return {
        "image": {"name": "wine", "version": "1.0.0", "digest": digest},
        "service": {"health": HEALTH | {"startup_s": STARTUP_S}, **service},
        "platform": {"create_namespace": False, "start_s": START_S, **platform},
        **settings,
    }


def refused(guest: Applied, estate: Estate, digest: str, **settings: Any) -> str:
    """Bring the stack up with these settings; what it says, in its time."""
    write(estate, guest.stack, **_settings(digest, **settings))
    begun = time.monotonic()
    with pytest.raises((Unproven, Refused)) as told:
        guest.up()
    took = time.monotonic() - begun
    assert took < START_S + STARTUP_S + 12, "longer than its own deadlines"
    sentence = str(told.value)
    assert "\n" not in sentence
    print(f"{took:.1f} s: {sentence}")
    assert pods(guest, "trial") == []
    return sentence


def test_an_image_that_is_not_there(guest: Applied, estate: Estate) -> None:
    guest.admit("1.0.0", _ABSENT)
    told = refused(guest, estate, _ABSENT)

    assert f"wine@{_ABSENT} cannot be pulled" in told
    assert "not found" in told


def test_a_model_that_does_not_load(
    guest: Applied, estate: Estate, wine: dict[str, str]
) -> None:
    guest.admit("1.0.0", wine["1.2.0"])
    told = refused(guest, estate, wine["1.2.0"])

    assert "its container ended with 1: /model/model.onnx cannot be loaded" in told


def test_too_little_memory(
    guest: Applied, estate: Estate, wine: dict[str, str]
) -> None:
    told = refused(guest, estate, wine["1.0.0"], service={"memory_mb": 40})

    assert "it needs more memory than its 40MiB" in told


def test_no_node_fits(guest: Applied, estate: Estate, wine: dict[str, str]) -> None:
    nowhere = {"node_selector": {"pool": "models"}}
    told = refused(guest, estate, wine["1.0.0"], platform=nowhere)

    assert "no node takes it: 0/" in told
    assert "didn't match Pod's node affinity/selector" in told


def test_a_pod_that_is_never_ready(
    guest: Applied, estate: Estate, wine: dict[str, str]
) -> None:
    elsewhere = {"env": {"SLIPWAY_PORT": "8081"}}
    told = refused(guest, estate, wine["1.0.0"], service=elsewhere)

    assert "Startup probe failed: Get" in told
    assert "connection refused" in told


def test_a_quota_that_is_used_up(
    guest: Applied, estate: Estate, wine: dict[str, str]
) -> None:
    with _limited(guest, {"limits.memory": "100Mi"}):
        told = refused(guest, estate, wine["1.0.0"], service={"cpu": 0.25})

        assert "exceeded quota: full" in told
        assert "limits.memory=256Mi" in told


def test_a_quota_with_room_for_the_trial_alone(
    guest: Applied, estate: Estate, wine: dict[str, str]
) -> None:
    two = {"cpu": 0.15, "replicas": 2}
    with _limited(guest, {"pods": "1"}):
        told = refused(guest, estate, wine["1.0.0"], service=two)

        assert "no pod is made" in told
        assert "exceeded quota: full" in told
    with pytest.raises(Refused, match="failed verification here"):
        guest.up()


def test_what_admission_does_not_let_in(
    guest: Applied, estate: Estate, wine: dict[str, str]
) -> None:
    limits = {"type": "Container", "max": {"memory": "64Mi"}}
    with _there(guest, "LimitRange", {"limits": [limits]}):
        told = refused(guest, estate, wine["1.0.0"], service={"cpu": 0.35})

        assert "maximum memory usage per Container is 64Mi" in told


def test_a_namespace_that_is_missing(
    guest: Applied, estate: Estate, wine: dict[str, str]
) -> None:
    missing = Applied(guest.root, guest.stack)
    elsewhere = {"namespace": f"{guest.stack}-missing"}
    told = refused(missing, estate, wine["1.0.0"], platform=elsewhere)

    assert f"the namespace {guest.stack}-missing is missing; create it" in told


def test_a_namespace_that_is_somebody_elses(
    guest: Applied, estate: Estate, wine: dict[str, str]
) -> None:
    ours = {"create_namespace": True}
    told = refused(guest, estate, wine["1.0.0"], platform=ours)

    assert f"the namespace {guest.stack} is there already; use it with" in told


def test_nobody_may_do_nothing(
    guest: Applied, estate: Estate, wine: dict[str, str]
) -> None:
    if not OwnCluster().is_up():
        pytest.skip("only the tests' own cluster knows somebody without rights")
    nobody = {"context": OwnCluster.nobody}
    told = refused(guest, estate, wine["1.0.0"], platform=nobody)

    assert "whoever context slipway-nobody is may not get pods, list pods" in told


def test_a_context_that_leads_elsewhere(
    guest: Applied, estate: Estate, wine: dict[str, str]
) -> None:
    other = {"server": "https://prod.example.com"}
    told = refused(guest, estate, wine["1.0.0"], platform=other)

    assert "and slipway:platform.server is https://prod.example.com" in told


def test_a_context_that_nobody_knows(
    guest: Applied, estate: Estate, wine: dict[str, str]
) -> None:
    unknown = {"context": "no-such-context"}
    told = refused(guest, estate, wine["1.0.0"], platform=unknown)

    assert "No such context no-such-context" in told


@contextmanager
def _limited(guest: Applied, hard: dict[str, str]) -> Iterator[None]:
    with _there(guest, "ResourceQuota", {"hard": hard}):
        yield


@contextmanager
def _there(guest: Applied, kind: str, spec: Any) -> Iterator[None]:
    """An object of this kind, called `full`, for as long as it is needed."""
    place = guest.cluster.path(f"{kind.lower()}s")
    metadata = {"name": "full", "namespace": guest.cluster.namespace}
    made = {"apiVersion": "v1", "kind": kind, "metadata": metadata, "spec": spec}
    guest.cluster.create(place, made)
    time.sleep(2)  # a quota counts from when its controller has seen it
    try:
        yield
    finally:
        guest.cluster.delete(f"{place}/full")
