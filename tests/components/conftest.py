"""Declarations to look at: what the unchanged program registers, without Docker."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stacks.offline import Declaration, declare

ROOT = Path(__file__).parents[2]
Declare = Callable[..., Declaration]

LOCAL = {"kind": "local", "port": 8001}
IMAGE = {"name": "wine", "version": "1.4.2", "digest": f"sha256:{'ab' * 32}"}


def declared(stack: str, **settings: Any) -> Declaration:
    """What the program declares for a stack of these settings, its secrets set."""
    config = {f"slipway:{key}": value for key, value in settings.items()}
    contacts = settings.get("platform", {}).get("contacts", [])
    named = [
        *settings.get("service", {}).get("secrets", []),
        *(one["webhook"] for one in contacts if "webhook" in one),
    ]
    secrets = {f"secrets:{name}": {"secure": "v1:x"} for name in named}
    return declare(ROOT, stack, config={"slipway:platform": LOCAL, **config, **secrets})


def in_cloud(place: Any, registry: Any, settings: dict[str, Any]) -> Declaration:
    """A prod stack in a cloud; `platform` adds to what leads to the place there."""
    platform = place | settings.pop("platform", {})
    given = {"tier": "prod", "upstream": "staging", "image": IMAGE, **settings}
    told = {"registry": registry, "platform": platform} | given
    return declared("prod", **{key: told[key] for key in told if told[key] is not None})


@pytest.fixture(scope="session")
def shared() -> Declaration:
    """The shared stack."""
    return declared("shared", tier="shared")


@pytest.fixture(scope="session")
def dev() -> Declaration:
    """A dev stack that builds the example."""
    package = "model_image/example/package"
    return declared("dev", tier="dev", package=package)


@pytest.fixture(scope="session")
def prod() -> Declaration:
    """A prod stack with two replicas of a promoted image."""
    service = {"replicas": 2, "cpu": 1, "memory_mb": 512, "env": {"COLOUR": "blue"}}
    return declared(
        "prod", tier="prod", upstream="staging", image=IMAGE, service=service
    )


@pytest.fixture(scope="session")
def empty() -> Declaration:
    """A prod stack to which nothing is promoted yet."""
    return declared("prod", tier="prod", upstream="staging")
