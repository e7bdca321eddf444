"""What watches the services of this machine: Prometheus, and Alertmanager beside it."""

import pulumi
import pulumi_docker as docker

from components.platform import MonitoringArgs, PlatformArgs
from stacks.settings.watched import network_name

from .alertmanager import Alertmanager
from .grafana import Grafana
from .labels import labelled
from .prometheus import Prometheus


class Monitoring(pulumi.ComponentResource):
    """
    One Prometheus for all stacks, on a network that it shares with what it watches.

    Its address and Alertmanager's are on loopback; what they know survives them.
    """

    def __init__(
        self,
        name: str,
        stack: PlatformArgs,
        args: MonitoringArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:local:Monitoring", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        settings = args.settings
        if settings.port is None:
            raise ValueError("monitoring without a port")
        labels = labelled(stack.labels, "network")
        watched = docker.Network(
            f"{name}-watched",
            name=network_name(settings.port),
            internal=True,
            labels=labels,
            opts=child,
        )
        # Where people look from, and where messages leave.
        public = docker.Network(f"{name}-public", labels=labels, opts=child)
        Alertmanager("alertmanager", stack, settings, public=public.name, opts=child)
        prometheus = Prometheus(
            "prometheus",
            stack,
            args,
            networks=[public.name, watched.name],
            opts=child,
        )
        if settings.grafana:
            Grafana(
                "grafana",
                stack,
                args,
                settings.grafana,
                public=public.name,
                opts=child,
            )
        self.url = prometheus.url
        self.register_outputs({"url": self.url})
