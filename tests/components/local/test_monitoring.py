"""What watches on this machine, as the program declares it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks.offline import Declaration, declare
from stacks.settings.stack import StackSettings
from stacks.settings.watched import fingerprint, watched_at
from tests.components.conftest import IMAGE, ROOT, declared

CONTAINER = "docker:index/container:Container"
NETWORK = "docker:index/network:Network"
HOOK = {"kind": "webhook", "url": "http://hooks.example/", "token": "HOOK"}
SEALED = {"secure": "v1:abc:def"}


def written(root: Path, stack: str, **settings: Any) -> None:
    """A stack's file in a clone."""
    config = {f"slipway:{key}": value for key, value in settings.items()}
    local = {"slipway:platform": {"kind": "local", "port": 8001}}
    (root / "stacks").mkdir(exist_ok=True)
    file = root / "stacks" / f"Pulumi.{stack}.yaml"
    file.write_text(yaml.safe_dump({"config": local | config}))


@pytest.fixture(scope="module")
def watching() -> Declaration:
    """The shared stack of the shipped files, which watches them all."""
    return declare(
        ROOT,
        "shared",
        config={
            "slipway:tier": "shared",
            "slipway:platform": {"kind": "local"},
            "slipway:monitoring": {"port": 9090, "notify": [HOOK]},
            "secrets:HOOK": SEALED,
        },
    )


def files(declared: Declaration, name: str) -> dict[str, Any]:
    uploads = declared.only(CONTAINER, name).inputs["uploads"]
    return {Path(one["file"]).name: yaml.safe_load(one["content"]) for one in uploads}


def test_every_stack_is_found_by_the_name_its_containers_carry(watching: Declaration):
    jobs = files(watching, "prometheus-files")["prometheus.yml"]["scrape_configs"]

    found = {job["job_name"]: job.get("dns_sd_configs") for job in jobs}
    for stack in ("dev", "staging", "prod"):
        (replica,), (edge,) = found[f"{stack} replica"], found[f"{stack} edge"]
        assert (replica["names"], replica["port"]) == ([f"{stack}-replica"], 9090)
        assert (edge["names"], edge["port"]) == ([f"{stack}-edge"], 9101)


def test_every_stack_has_rules_of_its_own(watching: Declaration):
    names = files(watching, "prometheus-files").keys()

    assert names == {
        "prometheus.yml",
        "rules-dev.yml",
        "rules-staging.yml",
        "rules-prod.yml",
    }


def test_what_watches_is_reached_from_this_machine_alone(watching: Declaration):
    for name, port in (("prometheus", 9090), ("alertmanager", 9093)):
        (bound,) = watching.only(CONTAINER, name).inputs["ports"]
        assert (bound["ip"], bound["external"]) == ("127.0.0.1", port)


def test_what_is_watched_can_talk_to_nobody_outside(watching: Declaration):
    network = watching.only(NETWORK, "monitoring-watched")

    assert network.inputs["internal"] is True
    assert network.inputs["name"] == "slipway-monitoring-9090"


def test_a_receivers_secret_is_a_file_and_nothing_else(watching: Declaration):
    (upload,) = watching.only(CONTAINER, "alertmanager-secrets").inputs["uploads"]
    config = watching.only(CONTAINER, "alertmanager-files").inputs["uploads"]

    assert upload["file"] == "/run/secrets/HOOK"
    assert "v1:abc:def" not in str(config)
    for name in ("prometheus", "alertmanager"):
        assert "v1:abc:def" not in str(watching.only(CONTAINER, name).inputs)


def test_what_watches_may_do_no_more_than_a_model(watching: Declaration):
    for name in ("prometheus", "alertmanager"):
        inputs = watching.only(CONTAINER, name).inputs
        assert inputs["capabilities"] == {"drops": ["ALL"]}
        assert inputs["readOnly"] is True
        assert not inputs["user"].startswith("0")


def test_without_a_port_nobody_watches(shared: Declaration, prod: Declaration):
    assert not [one for one in shared.all(CONTAINER) if "prometheus" in one.name]
    networks = prod.only(CONTAINER, "model-1").inputs["networksAdvanced"]
    assert len(networks) == 1


def test_a_watched_stack_carries_its_names():
    prod = declared(
        "prod", tier="prod", upstream="staging", image=IMAGE, monitoring={"port": 9090}
    )

    for container, name in (("model-1", "prod-replica"), ("model-edge", "prod-edge")):
        networks = prod.only(CONTAINER, container).inputs["networksAdvanced"]
        assert {"name": "slipway-monitoring-9090", "aliases": [name]} in networks


def test_a_replica_is_told_which_release_it_is_started_as():
    prod = declared("prod", tier="prod", upstream="staging", image=IMAGE)

    envs = prod.only(CONTAINER, "model-1").inputs["envs"]
    assert "SLIPWAY_RELEASE=wine 1.4.2" in envs
    assert f"SLIPWAY_IMAGE=127.0.0.1:5005/wine@{IMAGE['digest']}" in envs


def test_a_grafana_shows_a_dashboard_for_each_model():
    image = f"grafana/grafana@sha256:{'ab' * 32}"
    shared = declare(
        ROOT,
        "shared",
        config={
            "slipway:tier": "shared",
            "slipway:platform": {"kind": "local"},
            "slipway:monitoring": {"port": 9090, "grafana": {"image": image}},
        },
    )

    shown = files(shared, "grafana-files")
    assert shown["wine.json"]["title"] == "wine (Slipway)"
    assert shown.keys() == {"slipway.yaml", "wine.json"}


def test_only_stacks_that_name_it_are_watched(tmp_path: Path):
    written(tmp_path, "a", tier="dev", package="p", monitoring={"port": 9090})
    written(tmp_path, "b", tier="dev", package="p", monitoring={"port": 9191})
    written(tmp_path, "c", tier="dev", package="p")
    written(tmp_path, "shared", tier="shared", monitoring={"port": 9090})

    assert [one.stack for one in watched_at(tmp_path, 9090)] == ["a"]


@pytest.mark.parametrize(
    "change",
    [
        {"service": {"replicas": 2}},
        {"monitoring": {"port": 9090, "thresholds": {"p99_ms": 20}}},
        {"package": "other"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_who_watches_is_told_of_a_change(tmp_path: Path, change: dict[str, Any]):
    own = {"tier": "dev", "package": "p", "monitoring": {"port": 9090}}
    written(tmp_path, "a", **own)
    before = fingerprint(watched_at(tmp_path, 9090))

    written(tmp_path, "a", **own | change)

    assert fingerprint(watched_at(tmp_path, 9090)) != before


def test_a_new_version_is_no_change_to_who_watches(tmp_path: Path):
    own = {"tier": "prod", "upstream": "dev", "monitoring": {"port": 9090}}
    written(tmp_path, "a", **own)
    before = fingerprint(watched_at(tmp_path, 9090))

    written(tmp_path, "a", **own, image=IMAGE)

    assert fingerprint(watched_at(tmp_path, 9090)) == before


def test_who_is_told_is_for_the_shared_stack_to_say():
    entries = {
        "slipway:tier": "dev",
        "slipway:package": "p",
        "slipway:platform": {"kind": "local", "port": 1},
        "slipway:monitoring": {"notify": [HOOK]},
    }

    with pytest.raises(Exception, match="notify belongs in the shared stack's file"):
        StackSettings.parse("dev", entries)
