"""What the program declares for stacks that run in Google Cloud."""

from typing import Any

import pytest

from stacks.offline import Declaration
from tests.components.conftest import declared, in_cloud

REGISTRY: dict[str, Any] = {
    "kind": "artifact_registry",
    "project": "shop-artifacts",
    "location": "europe-west1",
}
PROJECT: dict[str, Any] = {
    "kind": "gcp",
    "project": "shop-prod",
    "region": "europe-west1",
    "contacts": [{"email": "ml@example.com"}],
}
KEY = "projects/shop-prod/locations/europe-west1/keyRings/ml/cryptoKeys/models"
PLAIN: dict[str, Any] = {"service": {"replicas": 2, "cpu": 1, "memory_mb": 512}}
"""As few settings as there may be."""
FULL: dict[str, Any] = {
    "platform": {
        "autoscale": {"min": 2, "max": 6, "cpu_percent": 60},
        "concurrency": 40,
        "timeout_s": 30,
        "public": True,
        "invokers": ["allUsers", "serviceAccount:shop@x.iam.gserviceaccount.com"],
        "vpc": {"network": "ml", "subnetwork": "models", "egress": "all"},
        "roles": ["roles/storage.objectViewer"],
        "binary_authorization": True,
        "kms_key": KEY,
        "secret_ids": {"KEPT": "projects/shop-keys/secrets/kept/versions/7"},
        "contacts": [
            {"email": "ml@example.com", "severities": ["ticket"]},
            {"webhook": "HOOK", "severities": ["page"]},
        ],
        "log_days": 365,
    },
    "service": {
        "replicas": 3,
        "cpu": 2,
        "memory_mb": 2048,
        "env": {"COLOUR": "blue"},
        "secrets": ["TOKEN", "KEPT"],
    },
    "canary": {"version": "1.5.0", "digest": f"sha256:{'cd' * 32}", "weight": 10},
    "batch": [
        {
            "name": "nightly",
            "input": "gs://lake/in.parquet",
            "output": "gs://lake/scores/$(RUN)/",
            "schedule": "@daily",
            "zone": "Europe/Berlin",
            "shards": 8,
            "parallel": 4,
            "memory_mb": 4096,
        },
        {"name": "once", "input": "gs://lake/a.csv", "output": "gs://lake/b.csv"},
    ],
}
"""A bit of everything."""
SHARED: dict[str, Any] = {**REGISTRY, "repositories": ["wine"], "kms_key": KEY}


def in_google(**settings: Any) -> Declaration:
    """A prod stack; `platform` adds to what leads to the project."""
    return in_cloud(PROJECT, REGISTRY, settings)


@pytest.fixture(scope="session")
def plain() -> Declaration:
    """As few settings as there may be."""
    return in_google(**PLAIN)


@pytest.fixture(scope="session")
def full() -> Declaration:
    """A bit of everything."""
    return in_google(**FULL)


@pytest.fixture(scope="session")
def without_canary() -> Declaration:
    """The same, when the canary is not there yet."""
    return in_google(**{**FULL, "canary": None})


@pytest.fixture(scope="session")
def shared() -> Declaration:
    """The stack that has the repository."""
    return declared("shared", tier="shared", platform=PROJECT, registry=SHARED)
