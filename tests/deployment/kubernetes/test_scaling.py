"""More pods while there is much to do, and fewer after; nobody sets them back."""

import json
import time

import pytest

from tests.deployment.kubernetes.applied import Applied
from tests.deployment.kubernetes.callers import callers
from tests.deployment.kubernetes.conftest import Stack, address, example, pods, running
from tests.deployment.watching import until
from tests.estate import Estate

pytestmark = [pytest.mark.docker, pytest.mark.cluster]


@pytest.fixture(scope="module")
def prod(stack: Stack, wine: dict[str, str]) -> Applied:
    """One pod, or up to three."""
    autoscale = {"min": 1, "max": 3, "cpu_percent": 50, "calm_s": 5}
    return running(stack, "scaling", wine["1.0.0"], platform={"autoscale": autoscale})


def test_pods_come_and_go_with_the_work(prod: Applied, estate: Estate) -> None:
    _until_measured(prod)
    (row,) = json.loads(example(estate))["rows"]
    much = json.dumps({"rows": [row] * 100}).encode()
    begun = time.monotonic()

    with callers(address(prod), much, rate=120):
        until(lambda: len(prod.serving()) > 1, "more pods", 120)
        print(f"{len(prod.serving())} pods after {time.monotonic() - begun:.0f} s")
        prod.up()
        assert len(prod.serving()) > 1, "bringing the stack up is nobody's to scale"

    begun = time.monotonic()
    until(lambda: len(pods(prod)) == 1, "one pod again", 180)
    print(f"one again after {time.monotonic() - begun:.0f} s")


def _until_measured(prod: Applied) -> None:
    place = f"/apis/autoscaling/v2/namespaces/{prod.cluster.namespace}"

    def measured() -> bool:
        one = prod.cluster.get(f"{place}/horizontalpodautoscalers/wine")
        metrics = (one or {}).get("status", {}).get("currentMetrics") or [{}]
        return "averageUtilization" in metrics[0].get("resource", {}).get("current", {})

    until(measured, "metrics-server to know the pod", 120)
