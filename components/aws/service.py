"""A model service on Fargate, and all that belongs to it."""

from collections.abc import Sequence

import pulumi
from pulumi_aws import cloudwatch, ecs

from components.platform import Checks, PlatformArgs, ServiceArgs
from components.proof import hooks
from stacks.settings.aws import AwsPlatform

from .balancer import Balancer, Share
from .batch import Scheduled
from .monitoring import Watched, monitored
from .network import network
from .place import Place
from .proof import ServiceProof
from .roles import execution_role, task_role
from .scaling import autoscaled
from .secrets import kept_secrets
from .task import CONTAINER, PORT, TaskArgs, task_definition


class AwsService(pulumi.ComponentResource):
    """
    Equal tasks behind a balancer, replaced with none missing.

    A release takes no traffic until a task of it is proven. A canary is a service of
    its own behind the same balancer, with its exact share of the requests.
    """

    endpoint: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        platform: AwsPlatform,
        stack: PlatformArgs,
        args: ServiceArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:aws:Service", name, None, opts)
        model = args.checks.labels["slipway.model"]
        own = platform.called(stack.labels["slipway.stack"])
        self._place = place = Place(
            platform=platform,
            tier=stack.tier,
            name=own,
            tags={**stack.labels, "slipway.model": model},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._args = args
        self._network = network(f"{name}-network", place)
        self._balancer = Balancer(
            f"{name}-balancer", self._network, args.settings, place
        )
        self._cluster, self._capacity = _cluster(name, place)
        log = cloudwatch.LogGroup(
            name,
            name=place.log_group,
            retention_in_days=platform.log_days,
            kms_key_id=platform.kms_key,
            opts=place.opts,
        )
        self._secrets = kept_secrets(f"{name}-secret", args.settings.secrets, place)
        starting, allowed = execution_role(
            f"{name}-start",
            place,
            registry=stack.registry,
            model=model,
            secrets=list(self._secrets.arns.values()),
        )
        self._task = TaskArgs(
            image=args.image,
            settings=args.settings,
            release=args.checks.labels,
            secrets=self._secrets.arns,
            execution_role=starting.arn,
            task_role=task_role(f"{name}-model", place).arn,
        )
        least = platform.replicas(args.settings.replicas)[0]
        first = [log, allowed, self._capacity]
        shares, beside = self._canary(f"{name}-canary", first)
        group = self._balancer.targets(f"{name}-targets", "model")
        rest = 100 - sum(one.weight for one in shares)
        listener = self._balancer.listen([Share(group.arn, rest), *shares], beside)
        service = self._service(
            name, args.image, args.checks, group.arn, [listener, *first], least
        )
        autoscaled(name, place, self._cluster.name, service, args.settings.replicas)
        watched = Watched(
            cluster=self._cluster.name,
            service=service.name,
            balancer=self._balancer.balancer.arn_suffix,
            targets=group.arn_suffix,
            replicas=least,
        )
        monitored(f"{name}-watch", place, args, stack, watched)
        for one in args.batch:
            Scheduled(
                f"{name}-{one.name}",
                one,
                self._task,
                place,
                cluster=self._cluster.arn,
                network=self._network,
                group=self._balancer.tasks.id,
                after=service,
            )
        self.endpoint = pulumi.Output.from_input(str(platform.address))
        self.register_outputs({"endpoint": self.endpoint})

    def _canary(
        self, name: str, first: Sequence[pulumi.Resource]
    ) -> tuple[list[Share], list[pulumi.Resource]]:
        """A canary's share, where there is one, and what it waits for: its tasks."""
        canary = self._args.canary
        if canary is None:
            return [], []
        group = self._balancer.targets(name, "canary")
        bound = self._balancer.beside(name, group)
        service = self._service(
            name, canary.image, canary.checks, group.arn, [bound, *first], 1
        )
        return [Share(group.arn, canary.weight)], [service]

    def _service(
        self,
        name: str,
        image: pulumi.Input[str],
        checks: Checks,
        targets: pulumi.Input[str],
        first: Sequence[pulumi.Resource],
        count: int,
    ) -> ecs.Service:
        """One revision's tasks; its checks wait, so that the engine need not."""
        place, platform = self._place, self._place.platform
        canary = name.endswith("-canary")
        what = "canary" if canary else "model"
        task = self._task.of(image, checks.labels)
        revision = task_definition(f"{name}-task", task, place, what=what)
        called = place.called(what, 255)
        proof = ServiceProof(
            called=called, platform=platform, checks=checks, canary=canary
        )
        scaled = bool(platform.autoscale or platform.sleep) and not canary
        health = self._args.settings.health
        return ecs.Service(
            name,
            name=called,
            cluster=self._cluster.name,
            task_definition=revision.arn,
            desired_count=count,
            platform_version="LATEST",
            capacity_provider_strategies=[
                {
                    "capacity_provider": "FARGATE_SPOT" if platform.spot else "FARGATE",
                    "weight": 1,
                }
            ],
            network_configuration={
                "subnets": self._network.subnets,
                "security_groups": [self._balancer.tasks.id],
                "assign_public_ip": False,
            },
            load_balancers=[
                {
                    "container_name": CONTAINER,
                    "container_port": PORT,
                    "target_group_arn": targets,
                }
            ],
            health_check_grace_period_seconds=round(health.startup_s) + 30,
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            deployment_circuit_breaker={"enable": True, "rollback": True},
            availability_zone_rebalancing="ENABLED",
            enable_ecs_managed_tags=True,
            propagate_tags="TASK_DEFINITION",
            enable_execute_command=False,
            wait_for_steady_state=False,
            # Else another kind of capacity would be another service, with none between.
            force_new_deployment=True,
            # Another value of a secret reaches tasks that begin after it alone.
            triggers=self._secrets.versions or None,
            tags={**place.tags, "slipway.role": what},
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=first,
                hooks=hooks(name, proof),
                ignore_changes=["desiredCount"] if scaled else None,
            ),
        )


def _cluster(
    name: str, place: Place
) -> tuple[ecs.Cluster, ecs.ClusterCapacityProviders]:
    """The cluster, and what must be there before a service can be placed in it."""
    cluster = ecs.Cluster(
        name,
        name=place.name,
        settings=[{"name": "containerInsights", "value": "enabled"}],
        opts=place.opts,
    )
    capacity = ecs.ClusterCapacityProviders(
        name,
        cluster_name=cluster.name,
        capacity_providers=["FARGATE", "FARGATE_SPOT"],
        opts=place.opts,
    )
    return cluster, capacity
