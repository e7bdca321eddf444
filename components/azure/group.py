"""The resource group that everything of a stack is in."""

import pulumi
from pulumi_azure_native import resources

from components.platform import PlatformArgs
from stacks.settings.azure import AzurePlatform


def resource_group(
    called: str,
    settings: AzurePlatform,
    stack: PlatformArgs,
    opts: pulumi.ResourceOptions,
) -> pulumi.Input[str]:
    """The group of this name: one that is there, unless the settings ask for one."""
    if not settings.create_resource_group or called != settings.resource_group:
        return called
    return resources.ResourceGroup(
        "group",
        resource_group_name=called,
        location=settings.location,
        tags=dict(stack.labels),
        opts=pulumi.ResourceOptions.merge(
            opts, pulumi.ResourceOptions(protect=stack.tier in ("shared", "prod"))
        ),
    ).name
