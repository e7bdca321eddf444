"""Which alerts of a service are raised, in Azure Monitor."""

from stacks.settings.azure_subscription import AzureSubscription

_VERSION = "2019-03-01"


def firing(subscription: AzureSubscription, called: str) -> set[str]:
    """By the names that rules have after that of the service."""
    platform, start = subscription.platform, f"{called}-"
    found = subscription.pages(
        f"/subscriptions/{platform.subscription}"
        "/providers/Microsoft.AlertsManagement/alerts",
        "Azure Monitor does not say which alerts are fired",
        {
            "api-version": _VERSION,
            "targetResourceGroup": platform.resource_group,
            "monitorCondition": "Fired",
        },
    )
    names = {
        one["properties"]["essentials"]["alertRule"].rpartition("/")[2]
        for one in found
        if one["properties"]["essentials"]["monitorCondition"] == "Fired"
    }
    mine = {name.removeprefix(start) for name in names if name.startswith(start)}
    # An app whose name begins with this one's has rules of its own.
    return {name for name in mine if "-" not in name}
