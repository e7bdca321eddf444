"""Where the objects of a stack are in Azure, what they are called, and whose."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import pulumi

from components.cloud_place import CloudPlace
from stacks.settings.azure import AzurePlatform


@dataclass(frozen=True, kw_only=True)
class Place(CloudPlace):
    """One stack's corner of a subscription."""

    platform: AzurePlatform
    group: pulumi.Input[str]
    """The resource group; what is given it waits until that is there."""
    tags: Mapping[str, str]

    longest: ClassVar[int] = 32

    def after(self, resource: pulumi.Resource) -> "Place":
        """The same place, for what Azure refuses before the resource is there."""
        later = pulumi.ResourceOptions(depends_on=[resource])
        return replace(self, opts=pulumi.ResourceOptions.merge(self.opts, later))

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
