"""Where the objects of a stack are in Google Cloud, and what they are called."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pulumi

from stacks.settings.cloud import fitting
from stacks.settings.gcp import GcpPlatform
from stacks.settings.stack import Tier


@dataclass(frozen=True, kw_only=True)
class Place:
    """One stack's corner of a project."""

    platform: GcpPlatform
    tier: Tier
    name: str
    """What the service is called, and with it every object."""
    stack: str
    labels: Mapping[str, str]
    """As Google takes them."""
    opts: pulumi.ResourceOptions
    """Of every object: its parent."""

    def called(self, what: str, longest: int = 63) -> str:
        """The name of the object that is this to the service, where names are short."""
        return fitting(f"{self.name}-{what}", longest)

    def under(self, parent: pulumi.Resource) -> "Place":
        """The same place, for the objects of `parent`."""
        return replace(self, opts=pulumi.ResourceOptions(parent=parent))

    def protected(self) -> pulumi.ResourceOptions:
        """Of what prod must not lose by one command."""
        return pulumi.ResourceOptions.merge(
            self.opts, pulumi.ResourceOptions(protect=self.tier == "prod")
        )

    @property
    def revisions(self) -> str:
        """The filter, of metrics and of logs, that selects the service's revisions."""
        return (
            'resource.type="cloud_run_revision" AND '
            f'resource.labels.service_name="{self.name}" AND '
            f'resource.labels.location="{self.platform.region}"'
        )
