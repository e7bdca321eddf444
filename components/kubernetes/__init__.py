"""The Kubernetes platform: pods in a namespace of a cluster."""

import pulumi
import pulumi_kubernetes as k8s

from components.platform import MonitoringArgs, PlatformArgs, Service, ServiceArgs
from stacks.settings.platform import KubernetesPlatform
from stacks.settings.registry import RegistrySettings

from .service import KubernetesService


class Kubernetes:
    """The cluster that the context leads to, whichever is current."""

    def __init__(self, settings: KubernetesPlatform, args: PlatformArgs) -> None:
        self._settings = settings
        self._args = args
        self._provider = k8s.Provider("kubernetes", context=settings.context)

    def registry(self, settings: RegistrySettings) -> None:
        """Nothing: images are in a registry that the cluster reaches."""

    def monitoring(self, args: MonitoringArgs) -> None:
        """Nothing: each service brings what the cluster's own monitoring reads."""

    def service(self, name: str, args: ServiceArgs) -> Service:
        """A Deployment of the model behind a Service."""
        opts = pulumi.ResourceOptions(provider=self._provider)
        return KubernetesService(name, self._settings, self._args, args, opts=opts)


platform = Kubernetes
