"""The Google Cloud platform: revisions of Cloud Run, each with its traffic."""

import pulumi
import pulumi_gcp as gcp

from components.platform import MonitoringArgs, PlatformArgs, Service, ServiceArgs
from stacks.settings.gcp import GcpPlatform
from stacks.settings.registry import RegistrySettings

from .registry import Registry
from .service import GcpService


class Gcp:
    """The project that the settings name; every call says which it is."""

    def __init__(self, settings: GcpPlatform, args: PlatformArgs) -> None:
        self._settings = settings
        self._args = args
        self._provider = gcp.Provider(
            "gcp", project=settings.project, region=settings.region
        )

    def registry(self, settings: RegistrySettings) -> None:
        """The repository of Artifact Registry, when the settings ask for one."""
        if settings.kind == "artifact_registry" and settings.repositories:
            opts = pulumi.ResourceOptions(provider=self._provider)
            Registry("registry", settings, self._args.labels, opts=opts)

    def monitoring(self, args: MonitoringArgs) -> None:
        """Nothing: each service brings what watches it."""

    def service(self, name: str, args: ServiceArgs) -> Service:
        """A service of Cloud Run that answers with the model."""
        opts = pulumi.ResourceOptions(provider=self._provider)
        return GcpService(name, self._settings, self._args, args, opts=opts)


platform = Gcp
