"""Where what runs is not what a stack's file says."""

from dataclasses import replace
from typing import Any

import pytest

from stacks.observe.replica import Replica
from stacks.releases.ledger.history import History
from stacks.releases.standing import standing
from stacks.settings.stack import StackSettings
from tests.stacks.releases.test_verification import DIGEST, GOOD

SERVING = replace(GOOD, in_rotation=True)
SETTINGS = StackSettings.parse(
    "prod",
    {
        "slipway:tier": "prod",
        "slipway:upstream": "staging",
        "slipway:platform": {"kind": "local", "port": 8001},
        "slipway:image": {"name": "wine", "version": "1.0.0", "digest": DIGEST},
    },
)


def divergence(*replicas: Replica, canaries: tuple[Replica, ...] = ()) -> str | None:
    here = History([])
    return standing("prod", SETTINGS, here, [*replicas], [*canaries]).divergence


@pytest.mark.parametrize("unsaid", [{}, {"cpu": None, "memory_mb": None}])
def test_the_declared_limits_diverge_from_nothing(unsaid: dict[str, Any]) -> None:
    """Nor does a platform that does not say what it enforces."""
    assert divergence(replace(SERVING, **unsaid)) is None


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"cpu": 2.0}, "wine-1 has 2 processors, declared 0.5"),
        ({"memory_mb": 512.0}, "wine-1 has 512 MiB, declared 256"),
        ({"memory_mb": 0.0}, "wine-1 has 0 MiB, declared 256"),
        ({"digest": "sha256:2"}, "wine-1 runs sha256:2…"),
        ({"in_rotation": False}, "nothing takes traffic"),
    ],
)
def test_each_way_to_diverge_is_named(found: dict[str, Any], said: str) -> None:
    assert divergence(replace(SERVING, **found)) == said


def test_all_ways_are_told_at_once() -> None:
    other = replace(SERVING, name="wine-2", memory_mb=512)
    said = divergence(SERVING, other, canaries=(SERVING,))
    assert said == (
        "2 replicas of 1; a canary that nobody declares; wine-2 has 512 MiB, "
        "declared 256"
    )
