"""What the program declares for stacks that run in a cluster."""

from collections.abc import Callable
from typing import Any

import pytest

from stacks.offline import Declaration
from stacks.offline.registration import Registration
from tests.components.conftest import IMAGE, declared

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
CLUSTER = {"kind": "kubernetes", "context": "prod-eu", "namespace": "ml-prod"}
Declared = Callable[..., Declaration]


PLAIN: dict[str, Any] = {"service": {"replicas": 2}}
"""As few settings as there may be."""
FULL: dict[str, Any] = {
    "platform": {
        "autoscale": {"min": 2, "max": 6, "calm_s": 60},
        "ingress": {
            "host": "wine.example.com",
            "tls_secret": "wine-tls",
            "class_name": "nginx",
        },
        "callers": ["shop"],
        "egress": [{"cidr": "10.1.0.0/16", "port": 4318}],
        "operator": {"labels": {"release": "monitoring"}},
        "node_selector": {"pool": "models"},
        "tolerations": [{"key": "gpu", "effect": "NoSchedule"}],
        "gpu": {"count": 1},
        "pull_secrets": ["registry"],
        "priority_class": "models",
    },
    "service": {
        "replicas": 3,
        "cpu": 1,
        "memory_mb": 2048,
        "env": {"COLOUR": "blue"},
        "secrets": ["TOKEN"],
    },
    "canary": {"version": "1.5.0", "digest": f"sha256:{'cd' * 32}", "weight": 10},
    "batch": [
        {
            "name": "nightly",
            "input": "s3://lake/in.parquet",
            "output": "s3://lake/scores/$(RUN)/",
            "schedule": "0 3 * * *",
            "zone": "Europe/Berlin",
            "shards": 8,
            "parallel": 4,
            "memory_mb": 4096,
            "claim": {"name": "lake"},
        }
    ],
}
"""A bit of everything."""


def in_cluster(**settings: Any) -> Declaration:
    """A prod stack; `platform` adds to what leads to the cluster."""
    platform = CLUSTER | settings.pop("platform", {})
    registry = {"kind": "oci", "address": "registry.example.com/team"}
    given = {"upstream": "staging", "image": IMAGE, "registry": registry, **settings}
    told = {key: value for key, value in given.items() if value is not None}
    return declared("prod", **{"tier": "prod", "platform": platform, **told})


@pytest.fixture(scope="session")
def plain() -> Declaration:
    """As few settings as there may be."""
    return in_cluster(**PLAIN)


@pytest.fixture(scope="session")
def full() -> Declaration:
    """A bit of everything."""
    return in_cluster(**FULL)


def pod(deployment: Registration) -> dict[str, Any]:
    """The spec of a Deployment's pods."""
    return deployment.inputs["spec"]["template"]["spec"]


def container(deployment: Registration) -> dict[str, Any]:
    """The one container of a Deployment's pods."""
    (only,) = pod(deployment)["containers"]
    return only
