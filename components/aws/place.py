"""Where the objects of a stack are in AWS, what they are called, and whose they are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pulumi

from stacks.settings.aws import AwsPlatform
from stacks.settings.cloud import fitting
from stacks.settings.stack import Tier


@dataclass(frozen=True, kw_only=True)
class Place:
    """One stack's corner of an account."""

    platform: AwsPlatform
    tier: Tier
    name: str
    """What the service is called, and with it every object."""
    tags: Mapping[str, str]
    opts: pulumi.ResourceOptions
    """Of every object: its parent."""

    def called(self, what: str, longest: int = 64) -> str:
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

    def arn(self, service: str, resource: str) -> str:
        """The address of something in this account and region."""
        where = f"{self.platform.region}:{self.platform.account}"
        return f"arn:{self.partition}:{service}:{where}:{resource}"

    @property
    def log_group(self) -> str:
        """Of all that the service's tasks say."""
        return f"/slipway/{self.name}"

    @property
    def partition(self) -> str:
        """Of AWS's own clouds, the one that the region is in."""
        for start in ("cn", "us-gov"):
            if self.platform.region.startswith(f"{start}-"):
                return f"aws-{start}"
        return "aws"
