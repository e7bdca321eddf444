"""Everything that a stack may declare is taken by a real API server, to the letter."""

import json
import subprocess

import pytest

from tests.cluster import Cluster as OwnCluster
from tests.deployment.kubernetes.applied import Applied
from tests.deployment.kubernetes.conftest import Stack
from tests.deployment.kubernetes.objects import Object, apply

pytestmark = [pytest.mark.docker, pytest.mark.cluster]


@pytest.fixture(scope="module")
def full(stack: Stack, wine: dict[str, str]) -> Applied:
    """A stack with a bit of everything, admitted and not yet brought up."""
    one = stack(
        "everything",
        image={"name": "wine", "version": "1.0.0", "digest": wine["1.0.0"]},
        canary={"version": "1.1.0", "digest": wine["1.1.0"], "weight": 10},
        platform={
            "autoscale": {"min": 1, "max": 3},
            "ingress": {"host": "wine.example.com", "tls_secret": "wine-tls"},
            "callers": ["shop"],
            "egress": [{"cidr": "10.1.0.0/16", "port": 4318}],
            "operator": {"labels": {"release": "monitoring"}},
            "tolerations": [{"key": "gpu", "effect": "NoSchedule"}],
            "pull_secrets": ["registry"],
        },
        service={"secrets": ["TOKEN"]},
        batch=[
            {
                "name": "nightly",
                "input": "/data/in.csv",
                "output": "/data/$(RUN)/",
                "schedule": "0 3 * * *",
                "zone": "Europe/Berlin",
                "shards": 8,
                "claim": {"name": "lake"},
            }
        ],
    )
    one.secrets["TOKEN"] = "secret"
    return one


def test_each_is_accepted_and_applied_again_changes_nothing(full: Applied) -> None:
    objects = full.objects()

    first = [apply(full.cluster, one) for one in objects]
    second = [apply(full.cluster, one) for one in objects]

    kinds = {one["kind"] for one in objects}
    assert {"PodMonitor", "PrometheusRule", "CronJob", "Ingress"} <= kinds
    for before, after in zip(first, second, strict=True):
        assert _version(after) == _version(before), after["kind"]


def test_what_the_restricted_standard_warns_of_is_nothing(
    full: Applied, wine: dict[str, str]
) -> None:
    """kubectl prints what admission warns of; there it would stand."""
    if not OwnCluster().is_up():
        pytest.skip("kubectl comes with the tests' own cluster")
    rendered = "\n---\n".join(map(json.dumps, full.objects()))
    command = OwnCluster().kubectl_command(
        "apply", "--server-side", "--force-conflicts", "--dry-run=server", "-f", "-"
    )
    space = full.objects()[0]
    assert space["kind"] == "Namespace"
    apply(full.cluster, space)

    done = subprocess.run(
        command,
        input=rendered,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr, done.stderr


def _version(one: Object) -> object:
    """What changes with what is asked for, and not with what became of it."""
    metadata = one["metadata"]
    return metadata.get("generation") or metadata["resourceVersion"]
