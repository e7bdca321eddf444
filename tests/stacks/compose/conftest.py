"""Compose files of the program as it is, without Docker."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks.compose.file import compose_text
from stacks.compose.source import Source
from stacks.offline import declare
from stacks.settings.stack import StackSettings

ROOT = Path(__file__).parents[3]
DIGEST = f"sha256:{'ab' * 32}"
Composed = Callable[..., str]


def composed(platform: dict[str, Any] | None = None, **service: Any) -> str:
    """The Compose file of a prod stack with these settings of its service."""
    config = {
        "slipway:tier": "prod",
        "slipway:upstream": "staging",
        "slipway:platform": {"kind": "local", "port": 8003} | (platform or {}),
        "slipway:image": {"name": "wine", "version": "1.4.2", "digest": DIGEST},
        "slipway:service": service,
        **{
            f"secrets:{name}": {"secure": "v1:x"} for name in service.get("secrets", [])
        },
    }
    settings = StackSettings.parse("prod", config)
    source = Source(
        stack="prod",
        settings=settings,
        declared=declare(ROOT, "prod", config=config),
        image=settings.reference,
        clone="../slipway",
    )
    return compose_text(source)


@pytest.fixture(scope="session")
def compose() -> Composed:
    """The text of a file for any settings."""
    return composed


@pytest.fixture(scope="session")
def text() -> str:
    """The file of a stack with a bit of everything."""
    return composed(
        replicas=2,
        cpu=1,
        memory_mb=512,
        env={"PRICE": "5$", "SLIPWAY_TOKENS": "/run/secrets/CALLERS"},
        secrets=["CALLERS"],
        drain_s=7,
        stop_s=30,
    )


@pytest.fixture(scope="session")
def file(text: str) -> dict[str, Any]:
    """The same, read."""
    return yaml.safe_load(text)


@pytest.fixture(scope="session")
def services(file: dict[str, Any]) -> dict[str, Any]:
    """Its services, by name."""
    return file["services"]
