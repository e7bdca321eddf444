"""The container app of a model, as the program declares it."""

import json

import pytest

from stacks.offline import Declaration
from stacks.offline.values import UNKNOWN
from tests.components.azure.conftest import (
    APP,
    IN_GROUP,
    PLACE,
    PLAIN,
    SUBNET,
    container,
    in_azure,
    variables,
)
from tests.components.conftest import IMAGE, declared

ENVIRONMENT = "azure-native:app:ManagedEnvironment"
ROLE = "azure-native:authorization:RoleAssignment"
LOCK = "azure-native:authorization:ManagementLockByScope"


def test_a_copy_runs_the_digest_and_no_tag(plain: Declaration) -> None:
    image = f"slipwaymodels.azurecr.io/wine@{IMAGE['digest']}"
    assert container(plain)["image"] == image


def test_what_a_copy_asks_for_is_what_it_gets(full: Declaration) -> None:
    assert container(full)["resources"] == {"cpu": 1, "memory": "2Gi"}


def test_probes_follow_from_the_settings() -> None:
    health = {"interval_s": 4, "timeout_s": 1.5, "retries": 5, "startup_s": 95}
    service = PLAIN["service"] | {"health": health}
    startup, live, ready = container(in_azure(service=service))["probes"]
    assert startup["httpGet"]["path"] == "/v2/health/startup"
    assert startup["periodSeconds"] * startup["failureThreshold"] >= 95
    assert [one["httpGet"]["path"] for one in (live, ready)] == [
        "/v2/health/live",
        "/v2/health/ready",
    ]
    for probe in (live, ready):
        assert (probe["periodSeconds"], probe["failureThreshold"]) == (4, 5)
        assert (probe["timeoutSeconds"], probe["httpGet"]["port"]) == (2, 8080)


def test_a_revision_says_what_it_is_and_has_no_name_of_ours(full: Declaration) -> None:
    template = full.only(APP).inputs["template"]
    told = json.loads(variables(container(full))["SLIPWAY_LABELS"])
    assert "revisionSuffix" not in template
    assert (told["slipway.version"], told["slipway.role"]) == ("1.5.0", "canary")
    assert told["slipway.stack"] == "prod"


def test_an_ending_copy_has_time_to_drain() -> None:
    service = PLAIN["service"] | {"drain_s": 3, "stop_s": 20}
    template = in_azure(service=service).only(APP).inputs["template"]
    assert template["terminationGracePeriodSeconds"] == 20


def test_nothing_but_tls_and_nobody_from_outside(plain: Declaration) -> None:
    ingress = plain.only(APP).inputs["configuration"]["ingress"]
    environment = plain.only(ENVIRONMENT).inputs
    assert (ingress["allowInsecure"], ingress["targetPort"]) == (False, 8080)
    assert environment["vnetConfiguration"]["internal"] is True
    assert environment["publicNetworkAccess"] == "Disabled"


def test_its_network_finds_it_by_name(plain: Declaration) -> None:
    zone, record, link = (
        plain.only(f"azure-native:privatedns:{kind}")
        for kind in ("PrivateZone", "PrivateRecordSet", "VirtualNetworkLink")
    )
    environment = plain.only(ENVIRONMENT)
    assert environment.urn in zone.needs()
    assert zone.inputs["privateZoneName"] == UNKNOWN  # Azure makes the domain up
    assert record.inputs["relativeRecordSetName"] == "*"
    assert record.inputs["aRecords"] == [{"ipv4Address": UNKNOWN}]
    assert link.inputs["virtualNetwork"]["id"] == SUBNET.partition("/subnets/")[0]


def test_what_is_public_is_found_by_azures_own_names(full: Declaration) -> None:
    assert not full.all("azure-native:privatedns:PrivateZone")


def test_without_a_network_only_the_environments_own_apps_reach_it() -> None:
    environment = {"kind": "made", "zone_redundant": False}
    found = in_azure(platform={"environment": environment}, **PLAIN)
    ingress = found.only(APP).inputs["configuration"]["ingress"]
    assert ingress["external"] is False
    assert "vnetConfiguration" not in found.only(ENVIRONMENT).inputs


def test_who_may_call_is_said_by_address(full: Declaration) -> None:
    rules = full.only(APP).inputs["configuration"]["ingress"]["ipSecurityRestrictions"]
    assert [(one["ipAddressRange"], one["action"]) for one in rules] == [
        ("203.0.113.0/24", "Allow"),
        ("198.51.100.7/32", "Allow"),
    ]


def test_the_newest_revision_has_all_requests(plain: Declaration) -> None:
    configuration = plain.only(APP).inputs["configuration"]
    assert configuration["activeRevisionsMode"] == "Single"
    assert configuration["ingress"]["traffic"] == [
        {"latestRevision": True, "weight": 100}
    ]
    assert configuration["maxInactiveRevisions"] >= 10


def test_a_canary_is_the_newer_of_two_revisions(full: Declaration) -> None:
    configuration = full.only(APP).inputs["configuration"]
    assert configuration["activeRevisionsMode"] == "Multiple"
    assert configuration["ingress"]["traffic"] == [
        {"revisionName": UNKNOWN, "weight": 90},
        {"latestRevision": True, "weight": 10},
    ]
    assert container(full)["image"].endswith("cd")


def test_as_many_copies_as_the_settings_say(plain: Declaration) -> None:
    scale = plain.only(APP).inputs["template"]["scale"]
    assert scale == {"minReplicas": 2, "maxReplicas": 2}


def test_the_load_moves_their_number_between_two() -> None:
    platform = {"autoscale": {"min": 2, "max": 6, "cpu_percent": 60, "calm_s": 90}}
    scale = in_azure(platform=platform, **PLAIN).only(APP).inputs["template"]["scale"]
    assert (scale["minReplicas"], scale["maxReplicas"]) == (2, 6)
    assert scale["cooldownPeriod"] == 90
    assert scale["rules"][0]["custom"] == {
        "type": "cpu",
        "metadata": {"type": "Utilization", "value": "60"},
    }


def test_a_dev_that_sleeps_is_woken_by_requests() -> None:
    platform = {"idle_to_zero": True, "environment": {"kind": "made"}}
    dev = in_azure(
        tier="dev",
        upstream=None,
        image=None,
        package="model_image/example/package",
        platform=platform,
        **PLAIN,
    )
    scale = dev.only(APP).inputs["template"]["scale"]
    assert (scale["minReplicas"], scale["maxReplicas"]) == (0, 2)
    assert scale["rules"][0]["http"]["metadata"] == {"concurrentRequests": "10"}
    assert not dev.only(APP).protect
    assert not dev.all(LOCK)


def test_a_change_is_proven_before_and_watched_after(plain: Declaration) -> None:
    assert plain.only(APP).hooks == {
        "before_create": ["model-trial"],
        "before_update": ["model-trial"],
        "after_create": ["model-rollout"],
        "after_update": ["model-rollout"],
    }


def test_the_app_waits_for_the_roles_it_is_pulled_by(plain: Declaration) -> None:
    role = plain.only(ROLE, "model-identity-pull")
    app = plain.only(APP)
    assert role.urn in app.dependencies
    assert role.inputs["scope"].endswith("/registries/slipwaymodels")
    assert role.inputs["principalType"] == "ServicePrincipal"
    assert role.delete_before_replace is True


def test_a_role_has_the_same_name_each_time(plain: Declaration) -> None:
    again = in_azure(**PLAIN)
    names = [
        one.only(ROLE, "model-identity-pull").inputs["roleAssignmentName"]
        for one in (plain, again)
    ]
    assert names[0] == names[1]


def test_the_model_itself_may_ask_for_no_token(plain: Declaration) -> None:
    (identity,) = plain.only(APP).inputs["configuration"]["identitySettings"]
    assert identity["lifecycle"] == "None"


def test_prod_is_not_lost_by_one_command(plain: Declaration) -> None:
    assert plain.only(APP).protect
    assert plain.only(ENVIRONMENT).protect
    lock = plain.only(LOCK).inputs
    assert lock["level"] == "CanNotDelete"
    assert lock["scope"] == f"{IN_GROUP}/Microsoft.App/containerApps/slipway-prod"


def test_prod_spans_zones(plain: Declaration) -> None:
    assert plain.only(ENVIRONMENT).inputs["zoneRedundant"] is True


def test_an_environment_that_is_given_is_used_as_it_is() -> None:
    id = f"{IN_GROUP}/Microsoft.App/managedEnvironments/shared"
    environment = {
        "kind": "given",
        "id": id,
        "workspace": f"{IN_GROUP}/Microsoft.OperationalInsights/workspaces/logs",
    }
    found = in_azure(platform={"environment": environment}, **PLAIN)
    assert found.only(APP).inputs["environmentId"] == id
    assert not found.all(ENVIRONMENT)
    assert not found.all("azure-native:operationalinsights:Workspace")


def test_everything_is_made_in_the_subscription_that_is_named(
    plain: Declaration,
) -> None:
    provider = plain.only("pulumi:providers:azure-native")
    assert provider.inputs["subscriptionId"] == PLACE["subscription"]
    ours = [one for one in plain.resources if one.type.startswith("azure-native:")]
    assert all(one.provider.startswith(provider.urn) for one in ours)


@pytest.mark.parametrize("kind", ["app:ContainerApp", "app:ManagedEnvironment"])
def test_everything_is_found_by_its_stack(plain: Declaration, kind: str) -> None:
    tags = plain.only(f"azure-native:{kind}").inputs["tags"]
    assert (tags["slipway.stack"], tags["slipway.model"]) == ("prod", "wine")


def test_a_stack_without_a_release_declares_nothing() -> None:
    empty = declared(
        "prod",
        tier="prod",
        upstream="staging",
        platform=PLACE,
        registry={"kind": "oci", "address": "registry.example.com"},
        service=PLAIN["service"],
    )
    assert {one.type for one in empty.resources if one.custom} == {
        "pulumi:providers:docker-build",
        "pulumi:providers:azure-native",
    }
