"""Which alerts of a service are raised, in Azure Monitor."""

from collections.abc import Iterator

from stacks.settings.azure import AzurePlatform
from stacks.settings.azure_subscription import AzureSubscription

_VERSION = "2019-05-05-preview"
"""The first that is asked of a group, where whoever deploys has a role."""
_AS_LONG_AS_MAY_BE = "30d"
"""Since when they were raised; Azure says no more than a day without it."""


def firing(subscription: AzureSubscription, called: str) -> set[str]:
    """By the names that rules have after that of the service."""
    start = f"{_group(subscription.platform)}/".lower()
    rules = {
        # Azure writes addresses with other capitals from one answer to the next.
        one.get("alertRule", "").lower()
        for scope in _scopes(subscription.platform)
        for one in _fired(subscription, scope)
        if one.get("monitorCondition") == "Fired"
    }
    names = {one.rpartition("/")[2] for one in rules if one.startswith(start)}
    mine = {
        name.removeprefix(f"{called}-")
        for name in names
        if name.startswith(f"{called}-")
    }
    # An app whose name begins with this one's has rules of its own.
    return {name for name in mine if "-" not in name}


def _fired(subscription: AzureSubscription, scope: str) -> Iterator[dict[str, str]]:
    found = subscription.pages(
        f"{scope}/providers/Microsoft.AlertsManagement/alerts",
        f"Azure Monitor does not say which alerts are fired in {scope}",
        {
            "api-version": _VERSION,
            "monitorCondition": "Fired",
            "timeRange": _AS_LONG_AS_MAY_BE,
        },
    )
    return (one["properties"]["essentials"] for one in found)


def _scopes(platform: AzurePlatform) -> list[str]:
    """Where the app is, and the workspace: what is read from a log is fired on it."""
    scopes, environment = [_group(platform)], platform.environment
    if environment.kind == "given":
        scopes.append(environment.workspace.partition("/providers/")[0])
    return list({one.lower(): one for one in scopes}.values())


def _group(platform: AzurePlatform) -> str:
    whole = f"/subscriptions/{platform.subscription}"
    return f"{whole}/resourceGroups/{platform.resource_group}"
