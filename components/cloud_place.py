"""Where the objects of a stack are in a cloud, and what they are called."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import pulumi

from stacks.settings.cloud import fitting
from stacks.settings.stack import Tier


@dataclass(frozen=True, kw_only=True)
class CloudPlace:
    """One stack's corner of a cloud; what else there is to say, each cloud adds."""

    tier: Tier
    name: str
    """What the service is called, and with it every object."""
    opts: pulumi.ResourceOptions
    """Of every object: its parent."""

    longest: ClassVar[int] = 64
    """How long a name may be, where nothing else is said."""

    def called(self, what: str, longest: int | None = None) -> str:
        """The name of the object that is this to the service, where names are short."""
        return fitting(f"{self.name}-{what}", longest or self.longest)

    def under(self, parent: pulumi.Resource) -> Self:
        """The same place, for the objects of `parent`."""
        return replace(self, opts=pulumi.ResourceOptions(parent=parent))

    def protected(self) -> pulumi.ResourceOptions:
        """Of what prod must not lose by one command."""
        return pulumi.ResourceOptions.merge(
            self.opts, pulumi.ResourceOptions(protect=self.tier == "prod")
        )
