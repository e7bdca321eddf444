"""The revisions of a model and their traffic, as the program declares them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.gcp.labels import labelled
from stacks.offline import Declaration
from stacks.offline.values import Unknown
from tests.components.conftest import IMAGE, declared
from tests.components.gcp.conftest import FULL, PROJECT, REGISTRY, in_google

SERVICE = "gcp:cloudrunv2/service:Service"
ACCOUNT = "gcp:serviceaccount/account:Account"


def service(declaration: Declaration) -> dict[str, Any]:
    return declaration.only(SERVICE, "model").inputs


def template(declaration: Declaration) -> dict[str, Any]:
    return service(declaration)["template"]


def container(declaration: Declaration) -> dict[str, Any]:
    (only,) = template(declaration)["containers"]
    return only


def test_a_revision_runs_the_digest_and_no_tag(plain: Declaration) -> None:
    image = container(plain)["image"]
    host = "europe-west1-docker.pkg.dev/shop-artifacts/models"
    assert image == f"{host}/wine@{IMAGE['digest']}"


def test_all_requests_go_to_the_revision_by_its_name(plain: Declaration) -> None:
    (only,) = service(plain)["traffics"]
    assert only["type"] == "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"
    assert only["percent"] == 100
    assert only["revision"] == template(plain)["revision"]


def test_the_same_again_has_the_same_name_and_anything_else_another() -> None:
    names = [
        template(in_google(**settings))["revision"]
        for settings in (
            {"service": {"cpu": 1, "memory_mb": 512}},
            {"service": {"cpu": 1, "memory_mb": 512, "replicas": 5}},
            {"service": {"cpu": 1, "memory_mb": 1024}},
            {"service": {"cpu": 1, "memory_mb": 512}, "platform": {"concurrency": 9}},
        )
    ]

    assert names[0] == names[1]
    assert len({*names}) == 3
    assert all(name.startswith("slipway-prod-1-4-2-") for name in names)
    assert all(len(name) <= 63 for name in names)


@pytest.mark.parametrize(
    ("most", "own"),
    [
        (100, {"cpuUtilization": 0.7}),
        (250, {"cpuUtilization": 0.7, "maxInstanceCount": 250}),
    ],
)
def test_a_revision_may_have_as_many_instances_as_the_service(
    most: int, own: dict[str, Any]
) -> None:
    """One that does not say how many has a hundred."""
    scale = {"min": 2, "max": most}
    declaration = in_google(
        service={"cpu": 1, "memory_mb": 512}, platform={"autoscale": scale}
    )

    assert service(declaration)["scaling"]["maxInstanceCount"] == most
    assert template(declaration)["scaling"] == own


def test_a_canary_has_its_share_and_the_release_the_rest() -> None:
    service_settings = {"cpu": 1, "memory_mb": 512}
    before = in_google(service=service_settings)
    during = in_google(service=service_settings, canary=FULL["canary"])

    stable, canary = service(during)["traffics"]
    assert (stable["percent"], canary["percent"]) == (90, 10)
    assert stable["revision"] == template(before)["revision"]
    assert canary["revision"] == template(during)["revision"]
    assert service(during)["labels"]["slipway-canary"] == canary["revision"]
    assert FULL["canary"]["digest"] in container(during)["image"]


def test_a_canary_that_becomes_the_release_stays_the_same_revision() -> None:
    service_settings = {"cpu": 1, "memory_mb": 512}
    canary = in_google(service=service_settings, canary=FULL["canary"])
    image = {**IMAGE, "version": "1.5.0", "digest": FULL["canary"]["digest"]}
    after = in_google(service=service_settings, image=image)

    assert template(after) == template(canary)


def test_a_change_is_proven_before_and_watched_after(plain: Declaration) -> None:
    assert plain.only(SERVICE).hooks == {
        "before_create": ["model-trial"],
        "before_update": ["model-trial"],
        "after_create": ["model-rollout"],
        "after_update": ["model-rollout"],
    }


def test_what_may_run_is_there_before_it_runs(full: Declaration) -> None:
    needed = full.only(SERVICE).dependencies
    for type in (
        ACCOUNT,
        "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
        "gcp:secretmanager/secretIamMember:SecretIamMember",
    ):
        own = [one for one in full.all(type) if "nightly" not in one.name]
        assert {one.urn for one in own} <= {*needed}


def test_a_copy_gets_what_it_asks_for(full: Declaration) -> None:
    resources = container(full)["resources"]
    assert resources["limits"] == {"cpu": "2", "memory": "2Gi"}
    assert resources["cpuIdle"] is False
    assert template(full)["executionEnvironment"] == "EXECUTION_ENVIRONMENT_GEN2"
    assert template(full)["maxInstanceRequestConcurrency"] == 40
    assert template(full)["timeout"] == "30s"


def test_a_part_of_a_processor_is_there_for_requests_alone() -> None:
    declaration = in_google(
        service={"cpu": 0.5, "memory_mb": 1024}, platform={"concurrency": 1}
    )
    assert container(declaration)["resources"] == {
        "limits": {"cpu": "500m", "memory": "1Gi"},
        "cpuIdle": True,
        "startupCpuBoost": True,
    }
    assert template(declaration)["executionEnvironment"].endswith("GEN1")


def test_probes_follow_from_the_settings() -> None:
    health = {"interval_s": 2, "timeout_s": 4.5, "retries": 5, "startup_s": 91}
    one = container(in_google(service={"cpu": 1, "memory_mb": 512, "health": health}))
    startup, ready, live = (
        one[f"{name}Probe"] for name in ("startup", "readiness", "liveness")
    )
    for probe, about in ((startup, "startup"), (ready, "ready"), (live, "live")):
        assert probe["httpGet"] == {"path": f"/v2/health/{about}", "port": 8080}
        assert probe["periodSeconds"] >= probe["timeoutSeconds"] == 5
    assert startup["periodSeconds"] * startup["failureThreshold"] >= 91
    assert (ready["failureThreshold"], live["failureThreshold"]) == (5, 5)


def test_secrets_come_by_version_and_become_files(full: Declaration) -> None:
    env = {one["name"]: one for one in container(full)["envs"]}
    kept = env["KEPT"]["valueSource"]["secretKeyRef"]
    assert kept == {"secret": "projects/shop-keys/secrets/kept", "version": "7"}
    own = env["TOKEN"]["valueSource"]["secretKeyRef"]
    assert own["secret"] == "projects/shop-prod/secrets/slipway-prod-TOKEN"
    assert env["SLIPWAY_SECRETS"]["value"] == "KEPT,TOKEN"
    mounts = {one["name"]: one["mountPath"] for one in container(full)["volumeMounts"]}
    assert mounts == {"tmp": "/tmp", "secrets": "/run/secrets"}
    assert all(
        one["emptyDir"]["medium"] == "MEMORY" for one in template(full)["volumes"]
    )


def test_a_copy_is_told_what_it_is_and_tells_its_example(plain: Declaration) -> None:
    env = {one["name"]: one.get("value") for one in container(plain)["envs"]}
    assert env["SLIPWAY_RELEASE"] == "wine 1.4.2"
    assert env["SLIPWAY_SERVICE"] == "slipway-prod"
    assert env["SLIPWAY_LOG_EXAMPLE"] == "yes"


def test_there_are_as_many_instances_as_the_settings_say(full: Declaration) -> None:
    assert service(full)["scaling"] == {"minInstanceCount": 2, "maxInstanceCount": 6}
    assert template(full)["scaling"] == {"cpuUtilization": 0.6}
    asleep = in_google(
        service={"cpu": 1, "memory_mb": 512}, platform={"idle_to_zero": True}
    )
    assert service(asleep)["scaling"] == {"minInstanceCount": 0, "maxInstanceCount": 1}
    assert container(asleep)["resources"]["cpuIdle"] is True


@pytest.mark.parametrize(
    ("platform", "ingress"),
    [
        ({}, "INGRESS_TRAFFIC_INTERNAL_ONLY"),
        ({"load_balancer": True}, "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"),
        ({"public": True}, "INGRESS_TRAFFIC_ALL"),
    ],
)
def test_requests_come_from_where_the_settings_say(
    platform: dict[str, Any], ingress: str
) -> None:
    service_settings = {"cpu": 1, "memory_mb": 512}
    declaration = in_google(service=service_settings, platform=platform)
    assert service(declaration)["ingress"] == ingress
    assert service(declaration)["invokerIamDisabled"] is False


def test_prod_is_not_lost_by_a_slip_and_dev_may_be(plain: Declaration) -> None:
    one = plain.only(SERVICE)
    assert (one.protect, one.inputs["deletionProtection"]) == (True, True)
    staging = declared(
        "staging",
        tier="staging",
        upstream="dev",
        image=IMAGE,
        platform=PROJECT,
        registry=REGISTRY,
        service={"cpu": 1, "memory_mb": 512},
    ).only(SERVICE)
    assert (staging.protect, staging.inputs["deletionProtection"]) == (False, False)


def test_dev_builds_what_it_runs_and_sleeps_while_nobody_calls() -> None:
    dev = declared(
        "dev",
        tier="dev",
        package="model_image/example/package",
        platform={**PROJECT, "idle_to_zero": True},
        registry=REGISTRY,
        service={"cpu": 1, "memory_mb": 512},
    )
    built = dev.only("docker-build:index:Image", "model")
    service_of_dev = dev.only(SERVICE)
    assert built.urn in service_of_dev.property_dependencies["template"]
    assert isinstance(template(dev)["revision"], Unknown)
    assert service_of_dev.inputs["scaling"]["minInstanceCount"] == 0


def test_a_stack_without_a_release_declares_nothing() -> None:
    empty = in_google(image=None, service={"cpu": 1, "memory_mb": 512})
    assert {one.type for one in empty.resources if one.custom} == {
        "pulumi:providers:docker-build",
        "pulumi:providers:gcp",
    }


def test_everything_says_whose_it_is(full: Declaration) -> None:
    for labels in (service(full)["labels"], template(full)["labels"]):
        assert labels["slipway-stack"] == "prod"
        assert labels["slipway-model"] == "wine"
    assert template(full)["annotations"]["slipway.version"] == "1.5.0"
    assert template(full)["labels"]["slipway-version"] == "1-5-0"


def test_the_way_out_is_through_the_network_of_the_settings(full: Declaration) -> None:
    assert template(full)["vpcAccess"] == {
        "networkInterfaces": [{"network": "ml", "subnetwork": "models"}],
        "egress": "ALL_TRAFFIC",
    }
    assert service(full)["binaryAuthorization"] == {"useDefault": True}


@given(
    labels=st.dictionaries(
        st.from_regex(r"[a-z][a-z.]{0,80}", fullmatch=True), st.text(max_size=90)
    )
)
def test_labels_are_within_googles_rules(labels: dict[str, str]) -> None:
    for key, value in labelled(labels).items():
        assert key[0].isalpha()
        for text in (key, value):
            assert len(text) <= 63
            assert set(text) <= {*"abcdefghijklmnopqrstuvwxyz0123456789-_"}
