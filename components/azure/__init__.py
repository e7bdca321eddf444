"""The Azure platform: container apps behind their environment's ingress."""

import pulumi
import pulumi_azure_native as azure_native

from components.platform import MonitoringArgs, PlatformArgs, Service, ServiceArgs
from stacks.settings.azure import AzurePlatform
from stacks.settings.registry import RegistrySettings

from .group import resource_group
from .registry import Registry
from .service import AzureService


class Azure:
    """The subscription that the settings name, and nothing outside it."""

    def __init__(self, settings: AzurePlatform, args: PlatformArgs) -> None:
        self._settings = settings
        self._args = args
        self._provider = azure_native.Provider(
            "azure",
            subscription_id=settings.subscription,
            tenant_id=settings.tenant,
            location=settings.location,
            # The same credentials as those by which the stack is looked at.
            use_default_azure_credential=True,
        )
        self._opts = pulumi.ResourceOptions(provider=self._provider)

    def registry(self, settings: RegistrySettings) -> None:
        """The registry of ACR, when the settings ask for it."""
        if settings.kind == "acr" and settings.repositories:
            group = resource_group(
                settings.resource_group, self._settings, self._args, self._opts
            )
            labels = self._args.labels
            Registry("registry", settings, group, labels, opts=self._opts)

    def monitoring(self, args: MonitoringArgs) -> None:
        """Nothing: each service brings what watches it."""

    def service(self, name: str, args: ServiceArgs) -> Service:
        """A container app of the model."""
        group = resource_group(
            self._settings.resource_group, self._settings, self._args, self._opts
        )
        return AzureService(
            name, self._settings, self._args, args, group, opts=self._opts
        )


platform = Azure
