"""Where the objects of a stack are in Azure, what they are called, and whose."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pulumi

from stacks.settings.azure import AzurePlatform
from stacks.settings.cloud import fitting
from stacks.settings.stack import Tier


@dataclass(frozen=True, kw_only=True)
class Place:
    """One stack's corner of a subscription."""

    platform: AzurePlatform
    tier: Tier
    name: str
    """What the service is called, and with it every object."""
    group: pulumi.Input[str]
    """The resource group; what is given it waits until that is there."""
    tags: Mapping[str, str]
    opts: pulumi.ResourceOptions
    """Of every object: its parent."""

    def called(self, what: str, longest: int = 32) -> str:
        """The name of the object that is this to the service, where names are short."""
        return fitting(f"{self.name}-{what}", longest)

    def under(self, parent: pulumi.Resource) -> "Place":
        """The same place, for the objects of `parent`."""
        return replace(self, opts=pulumi.ResourceOptions(parent=parent))

    def after(self, resource: pulumi.Resource) -> "Place":
        """The same place, for what Azure refuses before the resource is there."""
        later = pulumi.ResourceOptions(depends_on=[resource])
        return replace(self, opts=pulumi.ResourceOptions.merge(self.opts, later))

    def protected(self) -> pulumi.ResourceOptions:
        """Of what prod must not lose by one command."""
        return pulumi.ResourceOptions.merge(
            self.opts, pulumi.ResourceOptions(protect=self.tier == "prod")
        )

    def id(self, kind: str, name: str) -> str:
        """
        The address of something in this group, such as `Microsoft.App/jobs`.

        It is known before the thing is made, so that previews show what uses it.
        """
        platform = self.platform
        group = f"/subscriptions/{platform.subscription}/resourceGroups/"
        return f"{group}{platform.resource_group}/providers/{kind}/{name}"

    @property
    def workspace(self) -> str:
        """The address of the workspace that the logs are in."""
        environment = self.platform.environment
        if environment.kind == "given":
            return environment.workspace
        return self.id(WORKSPACES, self.name)

    @property
    def environment(self) -> str:
        """The address of the environment."""
        environment = self.platform.environment
        if environment.kind == "given":
            return environment.id
        return self.id("Microsoft.App/managedEnvironments", self.name)


WORKSPACES = "Microsoft.OperationalInsights/workspaces"
