"""The pods of a model, as the program declares them."""

import pytest

from stacks.offline import Declaration
from tests.components.conftest import IMAGE
from tests.components.kubernetes.conftest import (
    DEPLOYMENT,
    container,
    in_cluster,
    pod,
)


def test_a_pod_runs_the_digest_and_no_tag(plain: Declaration) -> None:
    image = container(plain.only(DEPLOYMENT))["image"]
    assert image == f"registry.example.com/team/wine@{IMAGE['digest']}"


def test_a_pod_may_do_nothing_but_answer(plain: Declaration) -> None:
    deployment = plain.only(DEPLOYMENT)
    whole, one = pod(deployment), container(deployment)
    assert whole["automountServiceAccountToken"] is False
    assert whole["enableServiceLinks"] is False
    assert whole["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 10001,
        "runAsGroup": 10001,
        "fsGroup": 10001,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert one["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_what_a_pod_asks_for_is_what_it_gets(full: Declaration) -> None:
    resources = container(full.only(DEPLOYMENT, "model"))["resources"]
    assert resources["requests"] == {
        "cpu": "1",
        "memory": "2Gi",
        "nvidia.com/gpu": "1",
        "ephemeral-storage": "256Mi",
    }
    assert resources["limits"] == resources["requests"]


def test_what_is_no_whole_number_is_spelled_as_the_cluster_reads_it_back() -> None:
    declared = in_cluster(service={"cpu": 0.25, "memory_mb": 1000})
    limits = container(declared.only(DEPLOYMENT))["resources"]["limits"]
    assert (limits["cpu"], limits["memory"]) == ("250m", "1000Mi")


def test_probes_follow_from_the_settings() -> None:
    health = {"interval_s": 4, "timeout_s": 1.5, "retries": 5, "startup_s": 90}
    one = container(in_cluster(service={"health": health}).only(DEPLOYMENT))
    startup, ready, live = (
        one[f"{name}Probe"] for name in ("startup", "readiness", "liveness")
    )
    assert startup["httpGet"] == {"path": "/v2/health/startup", "port": "http"}
    assert startup["periodSeconds"] * startup["failureThreshold"] == 90
    for probe in (ready, live):
        assert (probe["periodSeconds"], probe["failureThreshold"]) == (4, 5)
        assert probe["timeoutSeconds"] == 2
    assert ready["httpGet"]["path"] == "/v2/health/ready"
    assert live["httpGet"]["path"] == "/v2/health/live"


def test_an_ending_pod_has_time_to_be_forgotten_and_to_drain() -> None:
    declared = in_cluster(
        platform={"deregister_s": 7}, service={"drain_s": 3, "stop_s": 20}
    )
    deployment = declared.only(DEPLOYMENT)
    assert container(deployment)["lifecycle"] == {"preStop": {"sleep": {"seconds": 7}}}
    assert pod(deployment)["terminationGracePeriodSeconds"] == 27


def test_pods_are_spread_over_zones_and_nodes(plain: Declaration) -> None:
    spread = pod(plain.only(DEPLOYMENT))["topologySpreadConstraints"]
    assert [one["topologyKey"] for one in spread] == [
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
    ]
    assert all(one["matchLabelKeys"] == ["pod-template-hash"] for one in spread)


def test_nodes_are_chosen_by_the_settings(full: Declaration) -> None:
    whole = pod(full.only(DEPLOYMENT, "model"))
    assert whole["nodeSelector"] == {"pool": "models"}
    assert whole["priorityClassName"] == "models"
    assert whole["imagePullSecrets"] == [{"name": "registry"}]
    assert whole["tolerations"] == [
        {"key": "gpu", "effect": "NoSchedule", "operator": "Exists"}
    ]


def test_secrets_are_files_that_only_the_models_group_reads(full: Declaration) -> None:
    deployment = full.only(DEPLOYMENT, "model")
    (volume,) = (one for one in pod(deployment)["volumes"] if "secret" in one)
    (mount,) = (
        one for one in container(deployment)["volumeMounts"] if one["name"] == "secrets"
    )
    assert volume["secret"]["defaultMode"] == 0o440
    assert (mount["mountPath"], mount["readOnly"]) == ("/run/secrets", True)


@pytest.mark.parametrize("name", ["SLIPWAY_IMAGE", "SLIPWAY_RELEASE", "COLOUR"])
def test_a_pod_is_told_what_a_replica_of_one_machine_is(name: str) -> None:
    declared = in_cluster(service={"env": {"COLOUR": "blue"}})
    names = [one["name"] for one in container(declared.only(DEPLOYMENT))["env"]]
    assert name in names
