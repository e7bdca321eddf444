"""A local service, as the program declares it."""

import pytest

from stacks.offline import Declaration
from stacks.offline.registration import Registration

CONTAINER = "docker:index/container:Container"
NETWORK = "docker:index/network:Network"
IMAGE = "docker:index/remoteImage:RemoteImage"


@pytest.fixture
def replica(prod: Declaration) -> Registration:
    return prod.only(CONTAINER, "model-1")


def _labels(container: Registration) -> dict[str, str]:
    return {one["label"]: one["value"] for one in container.inputs["labels"]}


def test_prod_runs_exactly_the_digest_in_its_file(prod: Declaration) -> None:
    digest = f"sha256:{'ab' * 32}"
    assert prod.only(IMAGE, "model").inputs["name"] == f"127.0.0.1:5005/wine@{digest}"
    assert prod.outputs["image"] == f"127.0.0.1:5005/wine@{digest}"


def test_there_are_as_many_replicas_as_asked_for(prod: Declaration) -> None:
    names = [one.name for one in prod.all(CONTAINER)]
    assert names == ["model-edge", "model-1", "model-2"]


def test_replicas_are_proven_one_after_the_other(prod: Declaration) -> None:
    second = prod.only(CONTAINER, "model-2")
    assert prod.only(CONTAINER, "model-1").urn in second.dependencies


def test_a_replica_and_all_it_depends_on_is_replaced_create_first(
    prod: Declaration, replica: Registration
) -> None:
    """Delete-first, a dependency takes the replicas that serve along with it."""
    assert replica.delete_before_replace is False
    assert prod.only(IMAGE, "model").delete_before_replace is False


def test_any_change_of_a_replica_makes_a_new_one(replica: Registration) -> None:
    """In place, a change would reach callers before it is proven."""
    assert replica.replace_on_changes == ["*"]


def test_a_replica_is_proven_after_it_is_made(replica: Registration) -> None:
    assert replica.hooks == {
        "after_create": ["model-proof"],
        "after_update": ["model-proof"],
    }


def test_a_replica_starts_without_the_alias_that_gets_traffic(
    replica: Registration,
) -> None:
    (network,) = replica.inputs["networksAdvanced"]
    assert set(network) == {"name"}
    assert "ports" not in replica.inputs


def test_limits_come_from_the_settings_and_swap_is_closed(
    replica: Registration,
) -> None:
    assert replica.inputs["cpus"] == "1.0"
    assert replica.inputs["memory"] == replica.inputs["memorySwap"] == 512


def test_every_container_is_locked_down(prod: Declaration, shared: Declaration) -> None:
    for container in [*prod.all(CONTAINER), *shared.all(CONTAINER)]:
        assert container.inputs["readOnly"] is True
        assert container.inputs["capabilities"] == {"drops": ["ALL"]}
        assert container.inputs["securityOpts"] == ["no-new-privileges:true"]
        assert container.inputs["memory"] == container.inputs["memorySwap"]
        assert container.inputs["logOpts"] == {"max-size": "10m", "max-file": "3"}


def test_ports_open_on_loopback_only(prod: Declaration, shared: Declaration) -> None:
    containers = [*prod.all(CONTAINER), *shared.all(CONTAINER)]
    ports = [port for one in containers for port in one.inputs.get("ports", [])]
    assert [port["ip"] for port in ports] == ["127.0.0.1", "127.0.0.1"]


def test_the_network_of_the_replicas_lets_nothing_out(prod: Declaration) -> None:
    assert prod.only(NETWORK, "model-private").inputs["internal"] is True


def test_a_replica_is_stopped_only_after_its_drain(replica: Registration) -> None:
    assert replica.inputs["stopTimeout"] == replica.inputs["destroyGraceSeconds"] == 15
    assert "SLIPWAY_DRAIN_SECONDS=2" in replica.inputs["envs"]
    assert "COLOUR=blue" in replica.inputs["envs"]


def test_a_replica_says_what_it_is(replica: Registration) -> None:
    labels = _labels(replica)
    assert labels["slipway.stack"] == "prod"
    assert labels["slipway.role"] == "model"
    assert labels["slipway.model"] == "wine"
    assert labels["slipway.version"] == "1.4.2"


def test_a_stack_without_a_release_runs_no_service_and_says_so(
    empty: Declaration,
) -> None:
    assert empty.all(CONTAINER) == []
    assert any("nothing is promoted" in message for message in empty.messages)


def test_nothing_is_registered_by_a_default_provider(
    prod: Declaration, dev: Declaration, shared: Declaration
) -> None:
    for resource in [*prod.resources, *dev.resources, *shared.resources]:
        if resource.custom and not resource.type.startswith("pulumi:"):
            assert (
                "::builder::" in resource.provider or "::docker::" in resource.provider
            )


def test_images_in_the_registry_outlive_the_shared_stack(shared: Declaration) -> None:
    assert shared.only("docker:index/volume:Volume").retain_on_delete
