"""The parts of Azure that a subscription has to be registered for, once."""

from collections.abc import Sequence

from stacks.settings.azure import AzurePlatform
from stacks.settings.azure_subscription import AzureSubscription

_VERSION = "2021-04-01"
_SHARED = ("Microsoft.ContainerRegistry",)
_SERVICE = (
    "Microsoft.AlertsManagement",
    "Microsoft.App",
    "Microsoft.ContainerService",
    "Microsoft.Insights",
    "Microsoft.KeyVault",
    "Microsoft.ManagedIdentity",
    "Microsoft.Network",
    "Microsoft.OperationalInsights",
)


def lacking(platform: AzurePlatform, tier: str) -> list[str]:
    """Those that nobody registered yet; CloudError where Azure is silent."""
    return unregistered(AzureSubscription(platform), tier)


def switch_on(platform: AzurePlatform, names: Sequence[str]) -> str:
    """The commands that register them."""
    return ", ".join(
        f"`az provider register --namespace {one} --subscription "
        f"{platform.subscription}`"
        for one in names
    )


def unregistered(subscription: AzureSubscription, tier: str) -> list[str]:
    """Those without which Azure refuses what a stack of this tier makes."""
    found = subscription.pages(
        f"/subscriptions/{subscription.platform.subscription}/providers",
        "the resource providers of the subscription cannot be seen",
        {"api-version": _VERSION},
        hint="; may you read Microsoft.Resources/subscriptions/providers?",
    )
    known = {
        one["namespace"].lower()
        for one in found
        if one.get("registrationState") == "Registered"
    }
    wanted = _SHARED if tier == "shared" else _SERVICE
    return [one for one in wanted if one.lower() not in known]
