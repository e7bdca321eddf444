"""Where the objects of a stack are in Google Cloud, and what they are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from components.cloud_place import CloudPlace
from stacks.settings.gcp import GcpPlatform


@dataclass(frozen=True, kw_only=True)
class Place(CloudPlace):
    """One stack's corner of a project."""

    platform: GcpPlatform
    stack: str
    labels: Mapping[str, str]
    """As Google takes them."""

    longest: ClassVar[int] = 63

    @property
    def revisions(self) -> str:
        """The filter, of metrics and of logs, that selects the service's revisions."""
        return (
            'resource.type="cloud_run_revision" AND '
            f'resource.labels.service_name="{self.name}" AND '
            f'resource.labels.location="{self.platform.region}"'
        )
