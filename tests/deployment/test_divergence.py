"""What somebody does to a stack beside Slipway, and what `status --all` says of it."""

import json
from collections.abc import Iterator
from typing import Any

import docker
import pytest

from tests.estate import Estate

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def deployed(
    shared_estate: Estate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Estate, str]]:
    """A dev stack of two replicas, and a shared stack that watches it."""
    root = tmp_path_factory.mktemp("divergence") / "clone"
    estate = Estate.clone(root)
    estate.watch()
    stack = estate.write_dev(replicas=2, env={"COLOUR": "blue"})
    estate.up(estate.shared)
    estate.up(stack)
    yield estate, stack
    estate.clean()


def told(estate: Estate) -> tuple[int, dict[str, Any]]:
    """The exit code and what machines are told."""
    result = estate.run("status", "--all", "--json")
    assert result.stdout, result.stderr
    return result.returncode, json.loads(result.stdout)


def test_all_is_as_declared_until_somebody_changes_it(
    deployed: tuple[Estate, str],
) -> None:
    estate, stack = deployed

    code, found = told(estate)

    assert (found[stack]["diverged"], found[estate.shared]["diverged"]) == ([], [])
    assert code == 0
    shown = estate.run("status", "--all")
    assert shown.returncode == 0
    assert shown.stdout.count("as declared") == 2


def test_more_memory_by_hand_is_told_and_put_back(deployed: tuple[Estate, str]) -> None:
    estate, stack = deployed
    container = estate.containers(stack)[0]
    container.update(mem_limit="300m", memswap_limit="300m")

    code, found = told(estate)

    assert code == 1
    said = " ".join(found[stack]["diverged"])
    assert f"{container.name} has 300 MiB, declared 256" in said
    assert f"container {container.name}: HostConfig.Memory is" in said
    # What the remedy says, done.
    container.remove(force=True)
    estate.up(stack)
    assert told(estate)[0] == 0


def test_another_environment_by_recreation_is_told(
    deployed: tuple[Estate, str],
) -> None:
    """The value is not: what nobody declares may be a secret."""
    estate, stack = deployed
    api = docker.from_env().api
    replica = estate.containers(stack)[0]
    (network,) = [
        name
        for name in replica.attrs["NetworkSettings"]["Networks"]
        if "private" in name
    ]
    config = {**replica.attrs["Config"], "HostConfig": replica.attrs["HostConfig"]}
    env = [one for one in config["Env"] if not one.startswith("COLOUR=")]
    config |= {"Env": [*env, "COLOUR=red", "PASSWORD=hunter2"], "Hostname": ""}
    made = api.create_container_from_config(config, "by-hand")["Id"]
    try:
        api.connect_container_to_network(made, network, aliases=["model"])
        api.start(made)

        code, found = told(estate)
    finally:
        api.remove_container(made, force=True)

    assert code == 1
    said = found[stack]["diverged"]
    assert "container by-hand: Env.COLOUR is red, declared blue" in said
    assert "container by-hand: Env.PASSWORD is there, which nobody declares" in said
    assert "3 containers run as model, declared 2" in said
    assert "hunter2" not in json.dumps(found)


def test_a_replica_scaled_away_and_a_stranger_in_the_network_are_told(
    deployed: tuple[Estate, str],
) -> None:
    estate, stack = deployed
    replica = estate.containers(stack)[0]
    client = docker.from_env()
    names = replica.attrs["NetworkSettings"]["Networks"]
    (network,) = [name for name in names if "private" in name]
    api = client.api
    stranger = api.create_container(replica.attrs["Image"], name=f"{stack}-stranger")
    try:
        api.connect_container_to_network(stranger, network)
        api.start(stranger)
        replica.remove(force=True)

        code, found = told(estate)
    finally:
        api.remove_container(stranger, force=True)

    assert code == 1
    said = found[stack]["diverged"]
    assert "1 replicas of 2" in said
    strange = f"container {stack}-stranger is in {network}"
    assert f"{strange}, which nobody declares" in said
    estate.up(stack)
    assert told(estate)[0] == 0


def test_a_replica_that_joins_the_edge_s_network_is_told(
    deployed: tuple[Estate, str],
) -> None:
    """That one lets requests out, which a replica's own does not."""
    estate, stack = deployed
    replica = estate.containers(stack)[0]
    edge = estate.containers(stack, "edge")[0].attrs["NetworkSettings"]["Networks"]
    (public,) = [name for name in edge if "public" in name]
    network = docker.from_env().networks.get(public)
    network.connect(replica)
    try:
        code, found = told(estate)
    finally:
        network.disconnect(replica)

    assert code == 1
    more = f"container {replica.name}: it is in 3 networks, declared 2"
    assert more in found[stack]["diverged"]


def test_a_prometheus_that_is_gone_and_a_silent_registry_are_told(
    deployed: tuple[Estate, str],
) -> None:
    estate, stack = deployed
    registry = estate.containers(estate.shared, "registry")[0]
    estate.containers(estate.shared, "prometheus")[0].remove(force=True)
    registry.stop()

    code, found = told(estate)

    assert code == 1
    said = found[estate.shared]["diverged"]
    address = f"127.0.0.1:{estate.registry_port}"
    assert f"the registry at {address} does not answer" in said
    assert "0 containers run as prometheus, declared 1" in said
    assert found[stack]["diverged"] == []
