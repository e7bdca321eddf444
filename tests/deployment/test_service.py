"""What runs after `up`, as Docker itself reports it."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import httpx
import pytest

from model_image.server.example import comparable, differences, read_example
from tests.estate import Estate, image_tags

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def deployed(
    shared_estate: Estate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Estate, str, dict[str, Any]]]:
    """A dev stack that is up: the clone, the stack, its outputs."""
    root = tmp_path_factory.mktemp("service") / "clone"
    estate = Estate.clone(root, registry_of=shared_estate)
    stack = estate.write_dev(env={"COLOUR": "blue"})
    yield estate, stack, estate.up(stack)
    estate.clean()


@pytest.fixture
def model(deployed: tuple[Estate, str, dict[str, Any]]) -> Any:
    """Docker's own words about the model's container."""
    estate, stack, _ = deployed
    return estate.containers(stack)[0].attrs


def test_the_stored_example_is_answered_through_the_published_port(
    deployed: tuple[Estate, str, dict[str, Any]],
) -> None:
    estate, _, outputs = deployed
    example = read_example(estate.root / "model_image/example/package/example.json")

    answer = httpx.post(f"{outputs['endpoint']}/predict", json=example.request)

    got = comparable(answer.json())
    assert differences(example.response, got, example.tolerance) == []


def test_the_image_is_named_by_digest(
    deployed: tuple[Estate, str, dict[str, Any]], model: Any
) -> None:
    image = docker.from_env().images.get(model["Image"])
    assert deployed[2]["image"] in image.attrs["RepoDigests"]


def test_memory_and_cpu_are_limited_and_swap_is_closed(model: Any) -> None:
    host = model["HostConfig"]
    assert host["Memory"] == host["MemorySwap"] == 256 * 2**20
    assert host["NanoCpus"] == 500_000_000


@pytest.mark.parametrize("role", ["model", "edge"])
def test_a_container_can_do_nothing_that_it_need_not(
    deployed: tuple[Estate, str, dict[str, Any]], role: str
) -> None:
    estate, stack, _ = deployed
    attrs = estate.containers(stack, role)[0].attrs
    host = attrs["HostConfig"]

    assert host["ReadonlyRootfs"]
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert not host["Privileged"]
    assert attrs["Config"]["User"].split(":")[0].isdecimal()
    assert attrs["Config"]["User"].split(":")[0] != "0"
    assert set(host["Tmpfs"]) == {"/tmp"}
    assert not host["Binds"]


def test_logs_are_rotated_and_restarts_are_docker_s(model: Any) -> None:
    host = model["HostConfig"]
    assert host["LogConfig"]["Config"] == {"max-file": "3", "max-size": "10m"}
    assert host["RestartPolicy"]["Name"] == "unless-stopped"


def test_the_health_check_and_the_stop_time_follow_from_the_settings(
    model: Any,
) -> None:
    health = model["Config"]["Healthcheck"]
    assert health["Test"] == ["CMD", "python", "-m", "model_image.server.health"]
    assert health["Interval"] == 10**9
    assert health["StartPeriod"] == 15 * 10**9
    assert model["Config"]["StopTimeout"] == 15
    assert "SLIPWAY_DRAIN_SECONDS=2" in model["Config"]["Env"]
    assert "COLOUR=blue" in model["Config"]["Env"]


def test_only_the_edge_has_a_port_and_it_is_on_loopback(
    deployed: tuple[Estate, str, dict[str, Any]], model: Any
) -> None:
    estate, stack, _ = deployed
    edge = estate.containers(stack, "edge")[0].attrs
    published = [
        one for all in edge["NetworkSettings"]["Ports"].values() for one in all
    ]

    assert [one["HostIp"] for one in published] == ["127.0.0.1"]
    assert not any(model["NetworkSettings"]["Ports"].values())


def test_the_model_s_network_lets_nothing_out(model: Any) -> None:
    (name,) = model["NetworkSettings"]["Networks"]
    assert docker.from_env().networks.get(name).attrs["Internal"]


def test_a_second_up_changes_nothing(
    deployed: tuple[Estate, str, dict[str, Any]], model: Any
) -> None:
    estate, stack, _ = deployed

    again = estate.run("up", stack)

    assert again.returncode == 0
    assert "0 changes" in again.stderr
    assert estate.containers(stack)[0].id == model["Id"]


def test_verify_proves_what_runs_and_records_it(
    deployed: tuple[Estate, str, dict[str, Any]],
) -> None:
    estate, stack, outputs = deployed

    verified = estate.run("verify", stack)

    assert verified.returncode == 0
    assert outputs["image"].partition("@")[2] in verified.stdout


def test_a_killed_server_is_followed_by_a_healthy_container(
    deployed: tuple[Estate, str, dict[str, Any]],
) -> None:
    estate, stack, outputs = deployed
    container = estate.containers(stack)[0]

    os.kill(container.attrs["State"]["Pid"], signal.SIGKILL)

    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        container.reload()
        state = container.attrs["State"]
        if container.attrs["RestartCount"] and state["Health"]["Status"] == "healthy":
            break
        time.sleep(0.3)
    assert container.attrs["RestartCount"] == 1
    assert httpx.get(f"{outputs['endpoint']}/v2/health/ready").status_code == 200


def test_a_replica_that_docker_has_healed_is_still_verified(
    deployed: tuple[Estate, str, dict[str, Any]],
) -> None:
    """A restart in the past is no failure of the release that runs now."""
    estate, stack, _ = deployed
    assert estate.run("verify", stack).returncode == 0


def test_status_names_the_version_that_runs(
    deployed: tuple[Estate, str, dict[str, Any]],
) -> None:
    estate, stack, _ = deployed
    shown = estate.run("status", stack).stdout
    assert "wine 1.0.0" in shown
    assert "healthy" in shown


def test_asked_to_destroy_leaves_nothing_stored(tmp_path: Path) -> None:
    estate = Estate.clone(tmp_path / "clone")
    name = os.environ["SLIPWAY_TEST_BASE"]
    base = docker.from_env().images.get(name)
    # The base is removed as well, and other tests need it: a container keeps it.
    kept = docker.from_env().containers.create(base, "true")
    try:
        estate.up(estate.write_dev())
        assert estate.run("destroy", estate.stack("dev"), "--yes").returncode == 0

        destroyed = estate.run("destroy", estate.shared, "--yes", "--data")

        assert destroyed.returncode == 0, destroyed.stderr
        client, label = docker.from_env(), {"label": [f"slipway.stack={estate.shared}"]}
        address = f"127.0.0.1:{estate.registry_port}/"
        tags = image_tags(client)
        assert client.volumes.list(filters={**label}) == []
        assert not [tag for tag in tags if tag.startswith(address)]
    finally:
        base.tag(*name.split(":"))
        kept.remove()
        estate.clean()


def test_destroy_leaves_nothing_of_the_stack(
    shared_estate: Estate, tmp_path: Path
) -> None:
    estate = Estate.clone(tmp_path / "clone", registry_of=shared_estate)
    stack = estate.write_dev()
    estate.up(stack)

    destroyed = estate.run("destroy", stack, "--yes")

    assert destroyed.returncode == 0
    client, label = docker.from_env(), {"label": [f"slipway.stack={stack}"]}
    assert client.containers.list(all=True, filters={**label}) == []
    assert client.networks.list(filters={**label}) == []
