"""Stack files of services that run in a cluster."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks.commands.init import stack_text
from stacks.settings.mistakes import SettingsError
from stacks.settings.stack import StackSettings

EXAMPLES = Path(__file__).parents[3] / "stacks" / "examples" / "kubernetes"
CLUSTER = {"kind": "kubernetes", "context": "prod-eu", "namespace": "ml"}


def _parsed(**settings: Any) -> StackSettings:
    registry = {"kind": "oci", "address": "registry.example.com"}
    given = {
        "tier": "prod",
        "upstream": "staging",
        "platform": CLUSTER,
        "registry": registry,
        **settings,
    }
    return StackSettings.parse(
        "prod", {f"slipway:{key}": value for key, value in given.items()}
    )


@pytest.mark.parametrize("file", sorted(EXAMPLES.iterdir()), ids=lambda one: one.name)
def test_every_example_is_valid(file: Path) -> None:
    stack = file.name.split(".")[1]
    settings = StackSettings.parse(stack, yaml.safe_load(file.read_text())["config"])
    assert settings.platform.kind == "kubernetes"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"platform": {"kind": "kubernetes", "namespace": "ml"}}, "context is missing"),
        (
            {"platform": CLUSTER | {"server": "http://prod"}},
            "slipway:platform.server is 'http://prod'",
        ),
        (
            {"platform": CLUSTER | {"autoscale": {"min": 5, "max": 2}}},
            "min is 5 and max 2; swap them",
        ),
        (
            {"monitoring": {"port": 9090}},
            "monitoring: port belongs to the local platform",
        ),
        (
            {
                "batch": [
                    {"name": "n", "input": "/i.csv", "output": "/o.csv", "shards": 2}
                ]
            },
            "2 shards write into a folder; end it with /",
        ),
        (
            {
                "platform": {"kind": "local", "port": 8001},
                "batch": [{"name": "n", "input": "/i.csv", "output": "/o.csv"}],
            },
            "slipway:batch needs a cluster",
        ),
    ],
)
def test_a_mistake_is_told_by_its_key(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError) as error:
        _parsed(**settings)
    assert told in str(error.value)


def test_no_port_is_asked_for_and_the_interval_is_the_services_own() -> None:
    settings = _parsed(monitoring={"interval_s": 30})
    assert settings.monitoring.interval_s == 30


def test_an_autoscaler_says_how_many_replicas_are_as_declared() -> None:
    scaled = _parsed(platform=CLUSTER | {"autoscale": {"min": 2, "max": 4}}).platform
    assert [number in scaled.replicas(9) for number in (1, 2, 4, 5)] == [
        False,
        True,
        True,
        False,
    ]
    assert list(_parsed().platform.replicas(3)) == [3]


def test_init_writes_a_valid_file_for_a_cluster() -> None:
    cluster = ("prod-eu", "ml", "registry.example.com/ml")
    text = stack_text("prod", None, "staging", 8001, cluster)

    settings = StackSettings.parse("prod", yaml.safe_load(text)["config"])

    platform = settings.platform
    assert platform.kind == "kubernetes"
    assert (platform.context, platform.namespace) == ("prod-eu", "ml")
    assert settings.registry.address == "registry.example.com/ml"
