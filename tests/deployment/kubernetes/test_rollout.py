"""A release comes, goes and is evicted under 500 requests a second: none is lost."""

import time

import pytest

from stacks.releases.delivery import PutBack
from tests.deployment.kubernetes.applied import Applied
from tests.deployment.kubernetes.callers import assert_nothing_lost, callers
from tests.deployment.kubernetes.conftest import (
    Stack,
    address,
    digests,
    example,
    pods,
    running,
)
from tests.deployment.watching import until
from tests.estate import Estate

pytestmark = [pytest.mark.docker, pytest.mark.cluster]


@pytest.fixture(scope="module")
def body(estate: Estate) -> bytes:
    return example(estate)


@pytest.fixture(scope="module")
def prod(stack: Stack, wine: dict[str, str]) -> Applied:
    """Two pods of 1.0.0."""
    return running(stack, "rollout", wine["1.0.0"], service={"replicas": 2})


def _once(prod: Applied, wine: dict[str, str], body: bytes, tell: list[str]) -> None:
    host, delivery = address(prod), prod.delivery()
    new = prod.admit("1.1.0", wine["1.1.0"])
    old = prod.admit("1.0.0", wine["1.0.0"])
    with callers(host, body) as outcome:
        time.sleep(1)
        for name, release in (("update", new), ("rollback", old)):
            begun = time.monotonic()
            delivery.deliver(release, back=name == "rollback")
            tell.append(f"{name} {time.monotonic() - begun:.1f} s")
            assert digests(prod) == {release.digest}
        begun = time.monotonic()
        _evict_each(prod)
        tell.append(f"eviction {time.monotonic() - begun:.1f} s")
    tell.append(f"{outcome.answered[200]} answers, latest {outcome.late:.2f} s late")
    assert_nothing_lost(outcome)


def _evict_each(prod: Applied) -> None:
    for pod in pods(prod):
        name = pod["metadata"]["name"]
        eviction = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": name, "namespace": prod.cluster.namespace},
        }
        until(lambda: _allowed(prod), "the disruption budget to allow one")
        prod.cluster.create(f"{prod.cluster.path('pods', name)}/eviction", eviction)
        until(lambda: len(prod.serving()) == 2, "two pods again", 60)
    until(lambda: len(prod.serving()) == 2, "two pods again", 60)


def _allowed(prod: Applied) -> bool:
    place = f"/apis/policy/v1/namespaces/{prod.cluster.namespace}"
    budget = prod.cluster.get(f"{place}/poddisruptionbudgets/wine")
    return budget is not None and budget["status"]["disruptionsAllowed"] > 0


def test_update_rollback_and_eviction_lose_nothing(
    prod: Applied, wine: dict[str, str], body: bytes
) -> None:
    tell: list[str] = []
    _once(prod, wine, body, tell)
    print("\n".join(tell))


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_the_same_ten_times(prod: Applied, wine: dict[str, str], body: bytes) -> None:
    for _ in range(10):
        tell: list[str] = []
        _once(prod, wine, body, tell)
        print(", ".join(tell))


def test_a_release_that_is_not_proven_changes_nothing(
    prod: Applied, wine: dict[str, str], body: bytes
) -> None:
    before = [pod["metadata"]["uid"] for pod in pods(prod)]
    delivery = prod.delivery()
    broken = prod.admit("1.2.0", wine["1.2.0"])

    told = pytest.raises(PutBack, match="is back, verified")
    with callers(address(prod), body) as outcome, told as failed:
        delivery.deliver(broken)

    assert "model.onnx" in str(failed.value)
    assert [pod["metadata"]["uid"] for pod in pods(prod)] == before
    assert_nothing_lost(outcome)
