"""What the program declares for stacks that run in AWS."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from stacks.offline import Declaration
from tests.components.conftest import declared, in_cloud

REGISTRY = {"kind": "ecr", "account": "111111111111", "region": "eu-central-1"}
ACCOUNT: dict[str, Any] = {
    "kind": "aws",
    "account": "222222222222",
    "region": "eu-central-1",
    "certificate": "arn:aws:acm:eu-central-1:222222222222:certificate/1a2b",
    "host": "wine.example.com",
    "contacts": [{"email": "ml@example.com"}],
}
KEY = "arn:aws:kms:eu-central-1:222222222222:key/1a2b"
PLAIN: dict[str, Any] = {"service": {"replicas": 2, "cpu": 0.5, "memory_mb": 1024}}
"""As few settings as there may be."""
FULL: dict[str, Any] = {
    "platform": {
        "autoscale": {"min": 2, "max": 6, "calm_s": 60},
        "architecture": "arm64",
        "network": {
            "kind": "given",
            "vpc": "vpc-0a1b2c3d",
            "subnets": ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
            "balancer_subnets": ["subnet-2a1b2c3d", "subnet-3a1b2c3d"],
        },
        "allowed": ["10.0.0.0/8"],
        "kms_key": KEY,
        "boundary": "arn:aws:iam::222222222222:policy/boundary",
        "task_policy": "arn:aws:iam::222222222222:policy/reads-the-lake",
        "access_logs": "logs-of-balancers",
        "secret_ids": {
            "KEPT": "arn:aws:secretsmanager:eu-central-1:222222222222:secret:kept-x1"
        },
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
            "input": "s3://lake/in.parquet",
            "output": "s3://lake/scores/$(RUN)/",
            "schedule": "0 3 * * 1-5",
            "zone": "Europe/Berlin",
            "shards": 3,
            "memory_mb": 4096,
        }
    ],
}
"""A bit of everything."""


def in_aws(**settings: Any) -> Declaration:
    """A prod stack; `platform` adds to what leads to the account."""
    return in_cloud(ACCOUNT, REGISTRY, settings)


@pytest.fixture(scope="session")
def plain() -> Declaration:
    """As few settings as there may be."""
    return in_aws(**PLAIN)


@pytest.fixture(scope="session")
def full() -> Declaration:
    """A bit of everything."""
    return in_aws(**FULL)


@pytest.fixture(scope="session")
def registry() -> Declaration:
    """A shared stack with two models' repositories."""
    kept = {**REGISTRY, "repositories": ["wine", "fraud"], "readers": ["222222222222"]}
    platform = {k: ACCOUNT[k] for k in ("kind", "region")} | {"account": "111111111111"}
    return declared("shared", tier="shared", platform=platform, registry=kept)


def container(declaration: Declaration, name: str = "model-task") -> Mapping[str, Any]:
    """The container of a task definition."""
    task = declaration.only("aws:ecs/taskDefinition:TaskDefinition", name)
    (found,) = json.loads(task.inputs["containerDefinitions"])
    return found


def policies(declaration: Declaration) -> dict[str, list[Mapping[str, Any]]]:
    """The statements of every policy that is known before anything is made."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in declaration.resources:
        for key in ("policy", "assumeRolePolicy"):
            text = one.inputs.get(key)
            if isinstance(text, str) and text.startswith("{"):
                statements = json.loads(text)
                if "Statement" in statements:
                    found[f"{one.name} {key}"] = statements["Statement"]
    return found


def actions(declaration: Declaration) -> list[str]:
    """All that any of those policies allows."""
    every = (one["Action"] for found in policies(declaration).values() for one in found)
    return [
        action
        for told in every
        for action in ([told] if isinstance(told, str) else told)
    ]
