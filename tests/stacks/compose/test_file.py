"""A Compose file holds its containers to what the stack's own are held to."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

IMAGE = f"127.0.0.1:5005/wine@sha256:{'ab' * 32}"
MODELS = ("model", "sidecar")
APPLICATIONS = ("application", "sidecar-application")
SERVICES = (*MODELS, *APPLICATIONS, "edge", "prometheus")


def test_there_are_a_model_who_calls_it_who_watches_it_and_a_sidecar(
    services: dict[str, Any],
):
    assert sorted(services) == sorted(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_locked_down(services: dict[str, Any], name: str):
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"] == service["memswap_limit"]
    assert service["pids_limit"] == 256
    assert int(service["user"].partition(":")[0]) > 10000
    assert service["tmpfs"] == ["/tmp:rw,noexec,nosuid,nodev,size=16m"]
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}
    assert "privileged" not in service


@pytest.mark.parametrize("name", [*MODELS, *APPLICATIONS])
def test_the_models_image_is_named_by_digest(services: dict[str, Any], name: str):
    assert services[name]["image"] == IMAGE


@pytest.mark.parametrize("name", MODELS)
def test_the_model_has_the_limits_of_its_stack(services: dict[str, Any], name: str):
    assert services[name]["cpus"] == "1.0"
    assert services[name]["mem_limit"] == "512m"
    assert services[name]["stop_grace_period"] == "30s"


def test_the_model_has_the_environment_of_its_stack_and_knows_its_image(
    services: dict[str, Any],
):
    assert services["model"]["environment"] == {
        "PRICE": "5$$",
        "SLIPWAY_TOKENS": "/run/secrets/CALLERS",
        "SLIPWAY_DRAIN_SECONDS": "7",
        "SLIPWAY_THREADS": "1",
        "SLIPWAY_IMAGE": IMAGE,
        "SLIPWAY_RELEASE": "wine 1.4.2",
    }


def test_as_many_replicas_run_as_the_stack_has_and_one_sidecar(
    services: dict[str, Any],
):
    assert services["model"]["deploy"] == {"replicas": 2}
    assert "deploy" not in services["sidecar"]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_counts_as_healthy_when_its_own_check_says_so(
    services: dict[str, Any], name: str
):
    assert services[name]["healthcheck"] == {
        "test": ["CMD", "python", "-m", "model_image.server.health"],
        "interval": "3s",
        "timeout": "3s",
        "retries": 3,
        "start_period": "1m0s",
    }


def test_nobody_asks_a_model_that_is_not_healthy_yet(services: dict[str, Any]):
    waits = {name: services[name].get("depends_on") for name in SERVICES}
    model = {"model": {"condition": "service_healthy"}}
    assert waits["edge"] == waits["application"] == model
    assert waits["sidecar-application"] == {"sidecar": {"condition": "service_healthy"}}


def test_ports_open_on_loopback_only_and_can_be_moved(services: dict[str, Any]):
    ports = {name: service.get("ports") for name, service in services.items()}
    assert {name: found for name, found in ports.items() if found} == {
        "edge": ["127.0.0.1:${EDGE_PORT:-8003}:8080"],
        "prometheus": ["127.0.0.1:${PROMETHEUS_PORT:-9090}:9090"],
    }


def test_only_what_opens_a_port_is_on_a_network_that_leads_out(
    file: dict[str, Any], services: dict[str, Any]
):
    assert file["networks"] == {"private": {"internal": True}, "public": {}}
    outside = {n for n in SERVICES if "public" in services[n].get("networks", [])}
    assert outside == {"edge", "prometheus"}


def test_an_application_beside_its_sidecar_needs_no_network(services: dict[str, Any]):
    sidecar, neighbour = services["sidecar"], services["sidecar-application"]
    assert neighbour["network_mode"] == "none"
    assert neighbour["volumes"] == sidecar["volumes"] == ["socket:/run/slipway"]
    socket = sidecar["environment"]["SLIPWAY_SOCKET"]
    assert neighbour["environment"]["MODEL_URL"] == f"unix:{socket}"
    assert socket.startswith("/run/slipway/")


def test_the_socket_is_in_memory_and_only_the_models_group_reaches_it(
    file: dict[str, Any],
):
    options = file["volumes"]["socket"]["driver_opts"]
    assert options["type"] == "tmpfs"
    assert {"uid=10001", "gid=10001", "mode=0770"} <= set(options["o"].split(","))


def test_the_sidecar_runs_only_when_it_is_asked_for(services: dict[str, Any]):
    asked = {name for name in SERVICES if services[name].get("profiles")}
    assert asked == {"sidecar", "sidecar-application"}


def test_a_secret_is_a_file_that_the_user_keeps_and_is_not_in_this_one(
    file: dict[str, Any], services: dict[str, Any], text: str
):
    assert file["secrets"] == {"CALLERS": {"file": "./secrets/CALLERS"}}
    having = {name for name in SERVICES if services[name].get("secrets")}
    assert having == {*MODELS, *APPLICATIONS}
    assert "v1:x" not in text


@pytest.mark.parametrize("name", APPLICATIONS)
def test_an_application_shows_the_token_that_the_model_wants(
    services: dict[str, Any], name: str
):
    tokens = services[name]["environment"]["MODEL_TOKENS"]
    assert tokens == "/run/secrets/CALLERS"


def test_slipways_own_files_are_found_from_where_the_file_is(
    file: dict[str, Any], services: dict[str, Any]
):
    folder = "../slipway/stacks/compose/mounted"
    assert file["configs"] == {
        "application": {"file": f"{folder}/application.py"},
        "prometheus": {"file": f"{folder}/prometheus.yml"},
    }
    images = "../slipway/components/local/images"
    assert services["edge"]["build"]["context"] == f"{images}/edge"
    assert services["prometheus"]["build"]["context"] == f"{images}/prometheus"


def test_another_setting_changes_what_it_is_about_and_nothing_else(
    compose: Callable[..., str],
):
    before, after = compose(drain_s=2), compose(drain_s=3)

    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    changed = {pair for pair in pairs if pair[0] != pair[1]}
    line = "      SLIPWAY_DRAIN_SECONDS: "
    assert changed == {(f"{line}'2'", f"{line}'3'")}


def test_a_stack_without_secrets_or_tokens_has_no_word_of_them(
    compose: Callable[..., str],
):
    file = yaml.safe_load(compose())
    assert "secrets" not in file
    assert "MODEL_TOKENS" not in file["services"]["application"]["environment"]


def test_a_stack_that_is_open_to_a_network_is_so_here_too(compose: Callable[..., str]):
    file = yaml.safe_load(compose(platform={"bind": "0.0.0.0", "port": 8100}))
    assert file["services"]["edge"]["ports"] == ["0.0.0.0:${EDGE_PORT:-8100}:8080"]
    assert file["services"]["prometheus"]["ports"][0].startswith("127.0.0.1:")
