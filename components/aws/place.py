"""Where the objects of a stack are in AWS, what they are called, and whose they are."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.cloud_place import CloudPlace
from stacks.settings.aws import AwsPlatform


@dataclass(frozen=True, kw_only=True)
class Place(CloudPlace):
    """One stack's corner of an account."""

    platform: AwsPlatform
    tags: Mapping[str, str]

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
