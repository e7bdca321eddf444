"""What the program declares for stacks that run in Azure."""

from collections.abc import Mapping
from typing import Any

import pytest

from stacks.offline import Declaration
from tests.components.conftest import declared, in_cloud

OURS = "22222222-2222-2222-2222-222222222222"
THEIRS = "11111111-1111-1111-1111-111111111111"
APP = "azure-native:app:ContainerApp"
JOB = "azure-native:app:Job"
REGISTRY: dict[str, Any] = {
    "kind": "acr",
    "name": "slipwaymodels",
    "subscription": THEIRS,
    "resource_group": "ml-shared",
}
IN_GROUP = f"/subscriptions/{OURS}/resourceGroups/ml-prod/providers"
SUBNET = f"{IN_GROUP}/Microsoft.Network/virtualNetworks/ml/subnets/apps"
VAULT = f"{IN_GROUP}/Microsoft.KeyVault/vaults/ml-secrets"
PLACE: dict[str, Any] = {
    "kind": "azure",
    "subscription": OURS,
    "location": "westeurope",
    "resource_group": "ml-prod",
    "environment": {"kind": "made", "subnet": SUBNET},
    "contacts": [{"email": "ml@example.com"}],
}
PLAIN: dict[str, Any] = {"service": {"replicas": 2, "cpu": 0.5, "memory_mb": 1024}}
"""As few settings as there may be."""
FULL: dict[str, Any] = {
    "platform": {
        "autoscale": {"min": 2, "max": 6, "calm_s": 60},
        "concurrency": 40,
        "public": True,
        "allowed": ["203.0.113.0/24", "198.51.100.7/32"],
        "key_vault": VAULT,
        "secret_ids": {"KEPT": "https://ml-secrets.vault.azure.net/secrets/kept"},
        "storage": [f"{IN_GROUP}/Microsoft.Storage/storageAccounts/lake"],
        "contacts": [
            {"email": "ml@example.com", "severities": ["ticket"]},
            {"webhook": "HOOK", "severities": ["page"]},
        ],
        "log_days": 365,
    },
    "service": {
        "replicas": 3,
        "cpu": 1,
        "memory_mb": 2048,
        "env": {"COLOUR": "blue"},
        "secrets": ["TOKEN", "KEPT"],
    },
    "monitoring": {"thresholds": {"p99_ms": 50}},
    "canary": {"version": "1.5.0", "digest": f"sha256:{'cd' * 32}", "weight": 10},
    "batch": [
        {
            "name": "nightly",
            "input": "az://lake/in.parquet",
            "output": "az://lake/scores/",
            "schedule": "0 3 * * 1-5",
            "shards": 3,
            "cpu": 2,
            "memory_mb": 4096,
        }
    ],
}
"""A bit of everything."""


def in_azure(**settings: Any) -> Declaration:
    """A prod stack; `platform` adds to what leads to the subscription."""
    return in_cloud(PLACE, REGISTRY, settings)


@pytest.fixture(scope="session")
def plain() -> Declaration:
    """As few settings as there may be."""
    return in_azure(**PLAIN)


@pytest.fixture(scope="session")
def full() -> Declaration:
    """A bit of everything."""
    return in_azure(**FULL)


@pytest.fixture(scope="session")
def own_vault() -> Declaration:
    """With secrets, and no vault for them yet."""
    service = PLAIN["service"] | {"secrets": ["TOKEN"]}
    return in_azure(service=service)


@pytest.fixture(scope="session")
def registry() -> Declaration:
    """A shared stack that makes the registry."""
    kept = REGISTRY | {"repositories": ["wine"]}
    platform = {k: PLACE[k] for k in ("kind", "location")} | {
        "subscription": THEIRS,
        "resource_group": "ml-shared",
        "create_resource_group": True,
    }
    return declared("shared", tier="shared", platform=platform, registry=kept)


def container(declaration: Declaration) -> Mapping[str, Any]:
    """The one container of the app's newest revision."""
    (found,) = declaration.only(APP).inputs["template"]["containers"]
    return found


def variables(container: Mapping[str, Any]) -> dict[str, Any]:
    """What it is told, by name."""
    return {one["name"]: one["value"] for one in container["env"]}
