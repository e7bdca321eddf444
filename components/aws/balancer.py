"""The load balancer that callers reach, by TLS alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import ec2, lb, vpc

from stacks.settings.service import ServiceSettings

from .network import Network
from .place import Place
from .task import PORT

_TLS = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
_YEAR_S = 31_536_000


@dataclass(frozen=True)
class Share:
    """A target group, and its share of the requests in per cent."""

    group: pulumi.Input[str]
    weight: int


class Balancer(pulumi.ComponentResource):
    """
    An application load balancer, which redirects plain requests and forwards the rest.

    Who reaches it is said by address, and it alone reaches the tasks; no other way
    leads to them, and they lead nowhere but to what the network has.
    """

    def __init__(
        self, name: str, network: Network, settings: ServiceSettings, place: Place
    ) -> None:
        super().__init__("slipway:aws:Balancer", name, None, place.opts)
        self._name, self._place, self._settings = name, place.under(self), settings
        self._network = network
        self._opts = pulumi.ResourceOptions(parent=self)
        mine = self._group("balancer", "callers of the model")
        self.tasks = self._group("tasks", "the model's tasks")
        """The security group of the tasks."""
        self._admit(mine)
        self._lead(mine)
        platform = place.platform
        self.balancer = lb.LoadBalancer(
            name,
            name=place.called("alb", 32),
            load_balancer_type="application",
            internal=not platform.public,
            subnets=network.balancer_subnets,
            security_groups=[mine.id],
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            enable_deletion_protection=place.tier == "prod",
            # A request may take as long as the server lets it.
            idle_timeout=60,
            access_logs=(
                {
                    "bucket": platform.access_logs,
                    "prefix": place.name,
                    "enabled": True,
                }
                if platform.access_logs
                else None
            ),
            opts=place.under(self).protected(),
        )
        self._plain = self._redirect()

    def targets(self, name: str, what: str) -> lb.TargetGroup:
        """A group of tasks that are asked whether they are ready."""
        health = self._settings.health
        every = min(300, max(5, round(health.interval_s)))
        return lb.TargetGroup(
            name,
            name=self._place.called(what, 32),
            target_type="ip",
            port=PORT,
            protocol="HTTP",
            vpc_id=self._network.vpc,
            deregistration_delay=self._place.platform.deregister_s,
            load_balancing_algorithm_type="least_outstanding_requests",
            health_check={
                "path": "/v2/health/ready",
                "matcher": "200",
                "interval": every,
                "timeout": min(every - 1, max(2, round(health.timeout_s))),
                "healthy_threshold": 2,
                "unhealthy_threshold": min(10, max(2, health.retries)),
            },
            opts=self._opts,
        )

    def beside(self, name: str, group: lb.TargetGroup) -> lb.ListenerRule:
        """
        Make a group the balancer's before any request is for it.

        ECS wants it so; the group's share comes once there are tasks in it, for a
        balancer gives an empty group its share too, and callers an error.
        """
        return lb.ListenerRule(
            name,
            listener_arn=self._plain.arn,
            priority=1,
            conditions=[
                {
                    "http_header": {
                        "http_header_name": "x-slipway-nobody",
                        "values": [self._place.name],
                    }
                }
            ],
            actions=[{"type": "forward", "target_group_arn": group.arn}],
            opts=self._opts,
        )

    def listen(
        self, shares: list[Share], after: Sequence[pulumi.Resource] = ()
    ) -> lb.Listener:
        """Open the port; the requests that come are theirs, by their weights."""
        return lb.Listener(
            f"{self._name}-tls",
            load_balancer_arn=self.balancer.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy=_TLS,
            certificate_arn=self._place.platform.certificate,
            routing_http_response_server_enabled=False,
            routing_http_response_strict_transport_security_header_value=(
                f"max-age={_YEAR_S}"
            ),
            default_actions=[
                {
                    "type": "forward",
                    "forward": {
                        "target_groups": [
                            {"arn": one.group, "weight": one.weight} for one in shares
                        ]
                    },
                }
            ],
            opts=pulumi.ResourceOptions.merge(
                self._opts, pulumi.ResourceOptions(depends_on=list(after))
            ),
        )

    def _redirect(self) -> lb.Listener:
        return lb.Listener(
            f"{self._name}-plain",
            load_balancer_arn=self.balancer.arn,
            port=80,
            protocol="HTTP",
            default_actions=[
                {
                    "type": "redirect",
                    "redirect": {
                        "protocol": "HTTPS",
                        "port": "443",
                        "status_code": "HTTP_301",
                    },
                }
            ],
            opts=self._opts,
        )

    def _group(self, what: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            f"{self._name}-{what}",
            name=self._place.called(what),
            description=description,
            vpc_id=self._network.vpc,
            opts=self._opts,
        )

    def _admit(self, mine: ec2.SecurityGroup) -> None:
        platform = self._place.platform
        allowed = [str(one) for one in platform.allowed]
        if not allowed:
            allowed = ["0.0.0.0/0"] if platform.public else [self._network.cidr or ""]
        for block in filter(None, allowed):
            for port in (80, 443):
                vpc.SecurityGroupIngressRule(
                    f"{self._name}-{port}-{block}",
                    security_group_id=mine.id,
                    description="callers",
                    cidr_ipv4=block,
                    ip_protocol="tcp",
                    from_port=port,
                    to_port=port,
                    opts=self._opts,
                )

    def _lead(self, mine: ec2.SecurityGroup) -> None:
        between: dict[str, Any] = {
            "ip_protocol": "tcp",
            "from_port": PORT,
            "to_port": PORT,
        }
        vpc.SecurityGroupEgressRule(
            f"{self._name}-to-tasks",
            security_group_id=mine.id,
            description="requests and health checks",
            referenced_security_group_id=self.tasks.id,
            opts=self._opts,
            **between,
        )
        vpc.SecurityGroupIngressRule(
            f"{self._name}-from-balancer",
            security_group_id=self.tasks.id,
            description="requests and health checks",
            referenced_security_group_id=mine.id,
            opts=self._opts,
            **between,
        )
        vpc.SecurityGroupEgressRule(
            f"{self._name}-out",
            security_group_id=self.tasks.id,
            description="images, logs and secrets of AWS, by TLS",
            cidr_ipv4="0.0.0.0/0",
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            opts=self._opts,
        )
