"""How a container lets Prometheus find it."""

import pulumi_docker as docker

from stacks.settings.monitoring import MonitoringSettings
from stacks.settings.watched import network_name

Joined = docker.ContainerNetworksAdvancedArgs


def joined(monitoring: MonitoringSettings, name: str) -> list[Joined]:
    """The network that Prometheus is in, under this name; none where nobody watches."""
    if monitoring.port is None:
        return []
    return [Joined(name=network_name(monitoring.port), aliases=[name])]
