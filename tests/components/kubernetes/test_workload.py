"""How a release comes to a cluster, as the program declares it."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from components.kubernetes.service import canary_replicas
from stacks.offline import Declaration
from tests.components.conftest import declared
from tests.components.kubernetes.conftest import CLUSTER, DEPLOYMENT, in_cluster

SERVICE = "kubernetes:core/v1:Service"


def test_one_pod_more_and_none_less_while_they_are_replaced(plain: Declaration) -> None:
    strategy = plain.only(DEPLOYMENT).inputs["spec"]["strategy"]
    assert strategy["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


def test_a_change_is_proven_before_and_watched_after(plain: Declaration) -> None:
    assert plain.only(DEPLOYMENT).hooks == {
        "before_create": ["model-trial"],
        "before_update": ["model-trial"],
        "after_create": ["model-rollout"],
        "after_update": ["model-rollout"],
    }


def test_waiting_is_left_to_the_checks(plain: Declaration) -> None:
    annotations = plain.only(DEPLOYMENT).inputs["metadata"]["annotations"]
    assert annotations["pulumi.com/skipAwait"] == "true"


def test_the_deadline_follows_from_the_settings() -> None:
    declared = in_cluster(
        platform={"start_s": 100}, service={"health": {"startup_s": 25.5}}
    )
    assert declared.only(DEPLOYMENT).inputs["spec"]["progressDeadlineSeconds"] == 126


def test_an_autoscaler_says_how_many_there_are(full: Declaration) -> None:
    scaler = full.only("kubernetes:autoscaling/v2:HorizontalPodAutoscaler").inputs[
        "spec"
    ]
    deployment = full.only(DEPLOYMENT, "model")
    assert deployment.inputs["spec"]["replicas"] == 2
    assert deployment.ignore_changes == ["spec.replicas"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 6)
    assert scaler["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 60
    assert scaler["scaleTargetRef"]["name"] == "wine"


def test_no_job_runs_an_image_that_is_not_proven(full: Declaration) -> None:
    job = full.only("kubernetes:batch/v1:CronJob")
    assert full.only(DEPLOYMENT, "model").urn in job.dependencies


def test_without_one_the_settings_do(plain: Declaration) -> None:
    assert plain.only(DEPLOYMENT).inputs["spec"]["replicas"] == 2
    assert not plain.all("kubernetes:autoscaling/v2:HorizontalPodAutoscaler")


def test_one_pod_at_a_time_may_be_evicted(plain: Declaration) -> None:
    budget = plain.only("kubernetes:policy/v1:PodDisruptionBudget").inputs["spec"]
    assert budget["maxUnavailable"] == 1
    assert budget["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


def test_what_selects_pods_never_changes_with_a_version(plain: Declaration) -> None:
    selector = plain.only(DEPLOYMENT).inputs["spec"]["selector"]["matchLabels"]
    assert selector == {
        "slipway.stack": "prod",
        "slipway.model": "wine",
        "slipway.role": "model",
    }


def test_a_canary_takes_requests_of_the_same_address(full: Declaration) -> None:
    selector = full.only(SERVICE).inputs["spec"]["selector"]
    for name in ("model", "model-canary"):
        template = full.only(DEPLOYMENT, name).inputs["spec"]["template"]
        assert selector.items() <= template["metadata"]["labels"].items()


def test_a_canary_is_as_many_pods_as_come_nearest_to_its_share(
    full: Declaration,
) -> None:
    canary = full.only(DEPLOYMENT, "model-canary").inputs["spec"]
    assert canary["replicas"] == 1
    assert any("10 % of the requests is 33 %" in one for one in full.messages)


@given(stable=st.integers(1, 200), weight=st.integers(1, 50))
def test_no_other_number_of_canaries_is_nearer_to_the_share(
    stable: int, weight: int
) -> None:
    pods, _ = canary_replicas(stable, weight)

    def off(number: int) -> Fraction:
        return abs(Fraction(number, stable) - Fraction(weight, 100 - weight))

    assert pods >= 1
    assert off(pods) <= off(pods + 1)
    if pods > 1:
        assert off(pods) <= off(pods - 1)


def test_a_stack_without_a_release_declares_nothing() -> None:
    registry = {"kind": "oci", "address": "registry.example.com"}
    empty = declared(
        "prod", tier="prod", upstream="staging", platform=CLUSTER, registry=registry
    )
    assert {one.type for one in empty.resources if one.custom} == {
        "pulumi:providers:docker-build",
        "pulumi:providers:kubernetes",
    }
