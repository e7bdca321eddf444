"""Whoever deploys is allowed what the program declares, and nothing that is not."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.azure.roles import PULL, READ_SECRET, USE_BLOBS
from stacks.offline import Declaration
from stacks.permissions.azure import (
    GRANTED,
    condition,
    everything,
    lacking,
    missing,
    needed,
    role,
)
from stacks.permissions.azure_providers import unregistered
from stacks.settings.azure import AzurePlatform
from stacks.settings.azure_subscription import AzureSubscription
from stacks.settings.cloud_error import CloudError
from tests.components.azure import arm
from tests.components.azure.conftest import (
    OURS,
    PLACE,
    full,
    own_vault,
    plain,
    registry,
)
from tests.stacks.observe.azure.world import World
from tests.stacks.permissions.azure_judge import unknown

__all__ = ["full", "own_vault", "plain", "registry"]
EXAMPLES = Path("stacks/examples/azure")
OTHERS = {"look", "push", "data"}
UNSEEN = {
    "Microsoft.AlertsManagement/alerts/read",
    "Microsoft.App/locations/containerAppOperationResults/read",
    "Microsoft.App/locations/containerAppOperationStatuses/read",
    "Microsoft.App/locations/containerAppsJobOperationResults/read",
    "Microsoft.App/locations/containerAppsJobOperationStatuses/read",
    "Microsoft.App/locations/managedEnvironmentOperationResults/read",
    "Microsoft.App/locations/managedEnvironmentOperationStatuses/read",
    "Microsoft.App/managedEnvironments/join/action",
    "Microsoft.Authorization/permissions/read",
    "Microsoft.ContainerRegistry/locations/operationResults/read",
    "Microsoft.ContainerRegistry/registries/operationStatuses/read",
    "Microsoft.ContainerRegistry/registries/pull/read",
    "Microsoft.ContainerRegistry/registries/push/write",
    "Microsoft.KeyVault/vaults/secrets/delete",
    "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
    "Microsoft.Network/privateDnsOperationResults/read",
    "Microsoft.Network/privateDnsOperationStatuses/read",
    "Microsoft.Network/virtualNetworks/join/action",
    "Microsoft.Network/virtualNetworks/subnets/join/action",
    "Microsoft.OperationalInsights/locations/operationStatuses/read",
    "Microsoft.OperationalInsights/workspaces/query/*/read",
    "Microsoft.OperationalInsights/workspaces/query/read",
    "Microsoft.OperationalInsights/workspaces/sharedKeys/action",
    "Microsoft.Resources/subscriptions/operationresults/read",
    "Microsoft.Resources/subscriptions/read",
}
"""
What no judge here can see the name of: only Container Apps has an SDK here that lists
its requests, and of other resources what is seen is their type. They are of Microsoft's
pages "Azure permissions for ...". Nor does one see which of them Azure asks for on what
another resource links to, whether `az` takes the role and its condition, and what a
deny assignment or a policy takes away.
"""
_TYPES = {"resources:ResourceGroup": "Microsoft.Resources/subscriptions/resourceGroups"}
"""Where a permission is not of the type that a template has."""


@pytest.fixture(scope="module")
def every(
    plain: Declaration,
    full: Declaration,
    own_vault: Declaration,
    registry: Declaration,
) -> dict[str, str]:
    """All types that are declared, and what Azure calls them."""
    return {
        kind: _TYPES.get(kind) or str(arm.resource(one)["type"])
        for declaration in (plain, full, own_vault, registry)
        for one in declaration.resources
        if one.type.startswith("azure-native:")
        for kind in [one.type.removeprefix("azure-native:")]
    }


class Asked(World):
    """A subscription that says what whoever asks may do, page by page."""

    def __init__(self, *pages: Sequence[Mapping[str, Any]], status: int = 200) -> None:
        super().__init__()
        self.pages, self.status = list(pages), status

    def _answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        self.asked.append((method, path, body))
        page: dict[str, Any] = {"value": self.pages.pop(0)}
        if self.pages:
            page["nextLink"] = f"https://management.azure.com{path}?$skiptoken=2"
        return self.status, page

    def subscription_of(self, **platform: Any) -> AzureSubscription:
        """The real SDK's client, led to here."""
        return self.client(AzurePlatform.model_validate({**PLACE, **platform}))


def in_examples(section: str) -> dict[str, None]:
    """The subscriptions that the shipped stacks name, without one twice."""
    files = sorted(EXAMPLES.glob("Pulumi.*.yaml"))
    configs = [yaml.safe_load(one.read_text())["config"] for one in files]
    return {one[f"slipway:{section}"]["subscription"]: None for one in configs}


def given(*actions: str, **more: list[str]) -> dict[str, list[str]]:
    """What one role gives, as Azure says it."""
    empty: dict[str, list[str]] = {"notActions": [], "notDataActions": []}
    return {**empty, "actions": [*actions], "dataActions": [], **more}


def lifetime(type: str, kind: str) -> Iterator[str]:
    """What a resource's whole life asks for."""
    yield from (f"{type}/read", f"{type}/write")
    if kind != "keyvault:Secret":  # whose end is the vault's, among `data`
        yield f"{type}/delete"


def test_every_type_that_is_declared_has_its_permissions(every: dict[str, str]) -> None:
    assert set(every) <= set(needed())


def test_nothing_is_allowed_for_what_is_never_declared(every: dict[str, str]) -> None:
    assert set(needed()) - OTHERS - set(every) == set()


def test_a_resource_can_be_made_seen_and_removed(every: dict[str, str]) -> None:
    for kind, type in every.items():
        assert set(lifetime(type, kind)) <= needed()[kind]


def test_azure_knows_every_one_of_them_that_a_judge_sees(every: dict[str, str]) -> None:
    seen = {one for kind, type in every.items() for one in lifetime(type, kind)}
    of_apps = {one for one in everything() if one.startswith("Microsoft.App/")}
    assert unknown(frozenset(of_apps)) == {one for one in UNSEEN if one in of_apps}
    assert everything() - of_apps - seen == UNSEEN - of_apps


def test_the_judge_knows_no_name_that_is_wrong() -> None:
    wrong = frozenset({"Microsoft.App/containerApps/create"})
    assert unknown(wrong) == wrong


def test_what_is_shipped_is_the_programs() -> None:
    shipped = json.loads((EXAMPLES / "deploy-role.json").read_text())
    assert shipped == role(*in_examples("platform"))


def test_the_role_can_be_given_wherever_a_stack_has_a_group() -> None:
    scopes = role(*in_examples("platform"))["AssignableScopes"]
    for id in in_examples("platform") | in_examples("registry"):
        assert f"/subscriptions/{id}" in scopes
    assert (EXAMPLES / "deploy-condition.txt").read_text() == condition()


def test_the_role_gives_nothing_by_a_pattern_but_to_read_logs() -> None:
    found = role(OURS)
    every = [*found["Actions"], *found["DataActions"]]
    patterns = [one for one in every if "*" in one]
    assert patterns == ["Microsoft.OperationalInsights/workspaces/query/*/read"]


def test_no_role_but_the_services_own_can_be_given() -> None:
    assert {*GRANTED} == {PULL, READ_SECRET, USE_BLOBS}
    assert condition().count("(") == condition().count(")")
    for one in GRANTED:
        assert condition().count(one) == 2  # to give it, and to take it away


def test_whoever_has_the_role_lacks_nothing() -> None:
    found = role(OURS)
    world = Asked([given(*found["Actions"], dataActions=found["DataActions"])])
    assert missing(world.subscription_of()) == []
    ((method, path, _),) = world.asked
    assert method == "GET"
    assert path == (
        f"/subscriptions/{OURS}/resourceGroups/ml-prod"
        "/providers/Microsoft.Authorization/permissions"
    )


def test_a_permission_that_is_missing_is_named() -> None:
    found = role(OURS)
    few = [one for one in found["Actions"] if not one.endswith("/jobs/write")]
    world = Asked([given(*few, dataActions=found["DataActions"])])
    assert missing(world.subscription_of()) == ["Microsoft.App/jobs/write"]


def test_a_contributor_may_give_no_role_and_touch_no_secret() -> None:
    contributor = given(
        "*",
        notActions=[
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
        ],
    )
    assert missing(Asked([contributor]).subscription_of()) == [
        "Microsoft.Authorization/locks/delete",
        "Microsoft.Authorization/locks/write",
        "Microsoft.Authorization/roleAssignments/delete",
        "Microsoft.Authorization/roleAssignments/write",
        "Microsoft.KeyVault/vaults/secrets/delete",
    ]


def test_what_one_role_takes_away_another_may_give() -> None:
    most = given("*", notActions=["Microsoft.Authorization/*"])
    rest = given(
        "microsoft.authorization/*",
        dataActions=["Microsoft.KeyVault/vaults/secrets/*"],
    )
    world = Asked([most], [rest])  # on two pages
    assert missing(world.subscription_of()) == []
    assert len(world.asked) == 2


def test_a_group_that_is_yet_to_be_made_is_asked_for_above_it() -> None:
    world = Asked([given("*", dataActions=["*"])])
    assert missing(world.subscription_of(create_resource_group=True)) == []
    assert world.asked[0][1] == (
        f"/subscriptions/{OURS}/providers/Microsoft.Authorization/permissions"
    )


def test_where_azure_does_not_say_it_is_one_sentence() -> None:
    world = Asked([], status=403)
    with pytest.raises(CloudError, match=r"ml-prod cannot be seen \(403\)"):
        missing(world.subscription_of())


def test_of_a_group_that_is_yet_to_be_made_azure_may_not_say() -> None:
    world = Asked([], status=404)
    with pytest.raises(CloudError, match=r"\(404\); of a group that is yet to be made"):
        missing(world.subscription_of(create_resource_group=True))


def registered(*namespaces: str, state: str = "Registered") -> list[dict[str, str]]:
    """What a subscription says of its resource providers."""
    return [{"namespace": one, "registrationState": state} for one in namespaces]


def test_what_a_new_subscription_is_not_registered_for_is_named(
    every: dict[str, str],
) -> None:
    namespaces = {one.partition("/")[0] for one in every.values()}
    known = registered(*namespaces, "Microsoft.ContainerService")
    unknown = registered("microsoft.alertsmanagement", state="NotRegistered")
    world = Asked(known, unknown)  # on two pages
    assert unregistered(world.subscription_of(), "prod") == [
        "Microsoft.AlertsManagement"
    ]
    assert world.asked[0][1] == f"/subscriptions/{OURS}/providers"
    empty = unregistered(Asked([]).subscription_of(), "shared")
    assert empty == ["Microsoft.ContainerRegistry"]


def test_every_provider_that_is_declared_is_asked_for(every: dict[str, str]) -> None:
    namespaces = {one.partition("/")[0] for one in every.values()}
    named = {
        one
        for tier in ("shared", "prod")
        for one in unregistered(Asked([]).subscription_of(), tier)
    }
    always = {"Microsoft.Authorization", "Microsoft.Resources"}
    assert namespaces - always <= named


def test_the_platform_alone_is_enough_to_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = Asked([given("*")])
    monkeypatch.setattr("stacks.permissions.azure.AzureSubscription", world.client)
    found = lacking(AzurePlatform.model_validate(PLACE))
    assert found == ["Microsoft.KeyVault/vaults/secrets/delete"]
