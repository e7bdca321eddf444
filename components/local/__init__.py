"""The local platform: containers on this machine."""

import pulumi
import pulumi_docker as docker

from components.login import logins
from components.platform import MonitoringArgs, PlatformArgs, Service, ServiceArgs
from stacks.settings.platform import LocalPlatform
from stacks.settings.registry import RegistrySettings

from .monitoring import Monitoring
from .registry import Registry
from .service import LocalService


class Local:
    """Docker on this machine, reached by a provider of its own."""

    def __init__(self, settings: LocalPlatform, args: PlatformArgs) -> None:
        self._settings = settings
        self._args = args
        accounts = [
            docker.ProviderRegistryAuthArgs(
                address=one.address, username=one.username, password=one.password
            )
            for one in logins(args.registry)
        ]
        provider = docker.Provider("docker", registry_auth=accounts or None)
        self._opts = pulumi.ResourceOptions(providers=[provider, args.builder])

    def registry(self, settings: RegistrySettings) -> None:
        """A registry container, when the settings ask for a local one."""
        if settings.kind == "local":
            Registry("registry", settings, self._args, opts=self._opts)

    def monitoring(self, args: MonitoringArgs) -> None:
        """Prometheus and Alertmanager, when the settings give them a port."""
        if args.settings.port is not None:
            Monitoring("monitoring", self._args, args, opts=self._opts)

    def service(self, name: str, args: ServiceArgs) -> Service:
        """Replicas of the model behind an edge that owns the port."""
        return LocalService(name, self._settings, self._args, args, opts=self._opts)


platform = Local
