"""The permissions of Azure that Pulumi and Slipway use, by type of resource."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from stacks.settings.azure import AzurePlatform
from stacks.settings.azure_subscription import AzureSubscription

from . import table

_FILE = Path(__file__).with_suffix(".yaml")
_DATA = "data"
_VERSION = "2022-04-01"
_NO_GROUP = (
    "; is the group there, and may you read Microsoft.Authorization/permissions?"
)
_NO_GROUP_YET = (
    "; of a group that is yet to be made Azure may not say: see that you have the role "
    "in the subscription, or make the group and take out create_resource_group"
)
GRANTED = (
    "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    "4633458b-17de-408a-b874-0445c86b69e6",
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
)
"""The roles that the program gives to a service: AcrPull, secrets and blobs."""

Held = Mapping[str, Sequence[str]]
"""What one role gives: `actions`, less `notActions`, and the same of `dataActions`."""


def needed() -> dict[str, frozenset[str]]:
    """The permissions by type of resource, without `azure-native:`, and the rest."""
    return table.read(_FILE, "/")


def everything() -> frozenset[str]:
    """All of them."""
    return table.union(needed())


def role(*subscriptions: str, name: str = "Slipway deploy") -> dict[str, Any]:
    """
    The custom role for whoever deploys, as `az role definition create` takes it.

    It can be given in each of the subscriptions: one may have the images alone.
    """
    data = needed()[_DATA]
    return {
        "Name": name,
        "IsCustom": True,
        "Description": "What Pulumi and Slipway ask for to deploy a model.",
        "Actions": sorted(everything() - data),
        "NotActions": [],
        "DataActions": sorted(data),
        "NotDataActions": [],
        "AssignableScopes": [f"/subscriptions/{one}" for one in subscriptions],
    }


def condition() -> str:
    """
    What the role is given under (`az role assignment create --condition`).

    Who may assign roles could make himself an owner: these roles alone can be given,
    and to no person.
    """
    of, roles = "Microsoft.Authorization/roleAssignments", ", ".join(GRANTED)
    among = f"ForAnyOfAnyValues:GuidEquals {{{roles}}}"
    return "\n".join(
        [
            f"((!(ActionMatches{{'{of}/write'}})) OR",
            f" (@Request[{of}:RoleDefinitionId] {among} AND",
            f"  @Request[{of}:PrincipalType]",
            "  ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal'}))",
            "AND",
            f"((!(ActionMatches{{'{of}/delete'}})) OR",
            f" (@Resource[{of}:RoleDefinitionId] {among}))",
            "",
        ]
    )


def lacking(platform: AzurePlatform) -> list[str]:
    """Those that whoever runs this does not have; CloudError where Azure is silent."""
    return missing(AzureSubscription(platform))


def missing(subscription: AzureSubscription) -> list[str]:
    """The permissions that nobody gave in the stack's resource group, or above it."""
    held, data = list(_held(subscription)), needed()[_DATA]
    return [
        one
        for one in sorted(everything())
        if not any(_gives(each, one, data=one in data) for each in held)
    ]


def _held(subscription: AzureSubscription) -> Iterator[Held]:
    """What each role of whoever runs this gives."""
    platform = subscription.platform
    scope = _scope(platform)
    return subscription.pages(
        f"{scope}/providers/Microsoft.Authorization/permissions",
        f"the permissions in {scope} cannot be seen",
        {"api-version": _VERSION},
        hint=_NO_GROUP_YET if platform.create_resource_group else _NO_GROUP,
    )


def _scope(platform: AzurePlatform) -> str:
    """The group; the subscription where the stack is to make the group first."""
    whole = f"/subscriptions/{platform.subscription}"
    if platform.create_resource_group:
        return whole
    return f"{whole}/resourceGroups/{platform.resource_group}"


def _gives(held: Held, action: str, *, data: bool) -> bool:
    """Whether one role does; what it takes away another may give."""
    given, taken = (
        ("dataActions", "notDataActions") if data else ("actions", "notActions")
    )
    return _among(action, held.get(given)) and not _among(action, held.get(taken))


def _among(action: str, patterns: Sequence[str] | None) -> bool:
    """Azure knows no capitals, and its * is anything, with slashes too."""
    return any(
        re.fullmatch(re.escape(one).replace(r"\*", ".*"), action, re.IGNORECASE)
        for one in patterns or ()
    )
