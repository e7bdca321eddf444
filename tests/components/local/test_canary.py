"""A canary, as the program declares it and as the edge shares requests out."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.local.rotation import canary_aliases
from stacks.offline import Declaration
from stacks.offline.registration import Registration
from tests.components.conftest import IMAGE, declared

CONTAINER = "docker:index/container:Container"
NEW = f"sha256:{'cd' * 32}"
EDGE = Path(__file__).parents[3] / "components/local/images/edge/haproxy.cfg"


@pytest.fixture(scope="module")
def prod() -> Declaration:
    canary = {"version": "1.5.0-r2", "digest": NEW, "weight": 10}
    monitoring = {"port": 9090}
    return declared(
        "prod",
        tier="prod",
        upstream="staging",
        image=IMAGE,
        canary=canary,
        monitoring=monitoring,
    )


@pytest.fixture
def canary(prod: Declaration) -> Registration:
    return prod.only(CONTAINER, "model-canary")


def _labels(container: Registration) -> dict[str, str]:
    return {one["label"]: one["value"] for one in container.inputs["labels"]}


def test_a_canary_is_one_replica_of_its_own_digest(
    prod: Declaration, canary: Registration
) -> None:
    names = [one.name for one in prod.all(CONTAINER)]
    image = prod.only("docker:index/remoteImage:RemoteImage", "model-canary")
    assert names == ["model-edge", "model-1", "model-canary"]
    assert image.inputs["name"].endswith(f"/wine@{NEW}")
    assert _labels(prod.only(CONTAINER, "model-1"))["slipway.image"].endswith("ab")


def test_its_share_is_a_label_so_that_another_share_is_a_change(
    canary: Registration,
) -> None:
    labels = _labels(canary)
    assert (labels["slipway.role"], labels["slipway.weight"]) == ("canary", "10")


def test_it_is_proven_as_any_replica_is(canary: Registration) -> None:
    assert canary.hooks["after_create"] == ["model-canary-proof"]
    assert canary.delete_before_replace is False


def test_two_versions_for_long_are_no_alert(
    prod: Declaration, canary: Registration
) -> None:
    """Prometheus does not look at a canary, which `promote` does."""
    joined = [one["name"] for one in canary.inputs["networksAdvanced"]]
    own = [
        one["name"]
        for one in prod.only(CONTAINER, "model-1").inputs["networksAdvanced"]
    ]
    assert len(joined) == 1
    assert len(own) == 2


def test_a_second_image_of_a_package_calls_itself_what_the_package_does(
    canary: Registration,
) -> None:
    """Else its replicas would be told to answer with a version not promoted."""
    assert "SLIPWAY_RELEASE=wine 1.5.0" in canary.inputs["envs"]


@given(st.integers(1, 63))
def test_the_numbers_of_its_aliases_make_up_its_share(weight: int) -> None:
    aliases = canary_aliases(weight)

    assert sum(int(one.removeprefix("canary-")) for one in aliases) == weight


def test_each_alias_has_as_many_of_a_hundred_numbers_as_it_says() -> None:
    text = EDGE.read_text()
    rules = re.findall(r"use_backend canary-(\d+) if .* int (\d+)(?::(\d+))? }", text)
    drawn: list[int] = []
    for size, first, last in rules:
        numbers = range(int(first), int(last or first) + 1)
        assert len(numbers) == int(size)
        drawn += numbers
    assert drawn == list(range(63)), "every number once"
    assert text.count("backend canary-") == 2 * len(rules)
