"""A model service in a cluster, and all that belongs to it."""

from dataclasses import replace

import pulumi

from components.login import logins
from components.platform import CanaryArgs, Checks, PlatformArgs, ServiceArgs
from stacks.settings.kubernetes import KubernetesPlatform

from .access import files_secret, namespace, pull_secret, service_account
from .batch import scheduled
from .exposure import service_address
from .labels import Labels
from .monitoring import monitored
from .network import network_policies
from .place import Place
from .pod import PodArgs
from .scaling import autoscaler, disruption_budget
from .workload import Workload


class KubernetesService(pulumi.ComponentResource):
    """
    Equal pods behind one address, replaced with none missing.

    A release takes no traffic until a pod of it is proven. A canary is pods of another
    release behind the same address, as many as come nearest to its share.
    """

    endpoint: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        platform: KubernetesPlatform,
        stack: PlatformArgs,
        args: ServiceArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:kubernetes:Service", name, None, opts)
        self._args = args
        model = args.checks.labels["slipway.model"]
        self._place = Place(
            platform=platform,
            labels=Labels(stack=stack.labels, model=model),
            name=platform.name or model,
            opts=pulumi.ResourceOptions(parent=self),
        )
        made = namespace(f"{name}-namespace", self._place)
        first = [made] if made else []
        later = pulumi.ResourceOptions(parent=self, depends_on=first)
        self._place = place = replace(self._place, opts=later)
        self._identity = service_account(name, place).metadata.name
        self._secrets = files_secret(f"{name}-secrets", args.settings.secrets, place)
        accounts = enumerate(logins(stack.registry), 1)
        self._pull = tuple(
            pull_secret(f"{name}-registry-{number}", one, place)
            for number, one in accounts
        )
        network_policies(name, place)
        address = service_address(name, place)
        disruption_budget(name, place)
        self._least = platform.replicas(args.settings.replicas)[0]
        pod = self._pod(args.image, args.checks)
        workload = Workload(
            name,
            pod,
            place=place,
            checks=args.checks,
            replicas=self._least,
            scaled=platform.autoscale is not None,
        )
        autoscaler(name, place)
        if args.canary:
            self._canary(f"{name}-canary", args.canary)
        monitored(name, place, args)
        for one in args.batch:
            scheduled(f"{name}-{one.name}", one, pod, place, after=workload)
        self.endpoint = pulumi.Output.from_input(address)
        self.register_outputs({"endpoint": self.endpoint})

    def _pod(self, image: pulumi.Input[str], checks: Checks) -> PodArgs:
        return PodArgs(
            image=image,
            settings=self._args.settings,
            platform=self._place.platform,
            release=checks.labels,
            service_account=self._identity,
            secrets=self._secrets,
            pull_secrets=self._pull,
        )

    def _canary(self, name: str, canary: CanaryArgs) -> None:
        replicas, share = canary_replicas(self._least, canary.weight)
        if share != canary.weight:
            pulumi.log.info(
                f"{canary.weight} % of the requests is {share} % here: {replicas} of "
                f"{self._least + replicas} pods, and less while there are more of the "
                "others"
            )
        Workload(
            name,
            self._pod(canary.image, canary.checks),
            place=self._place,
            checks=canary.checks,
            replicas=replicas,
            canary=True,
        )


def canary_replicas(stable: int, weight: int) -> tuple[int, int]:
    """
    How many pods beside `stable` come nearest to `weight` per cent of all, and the
    share that they are; one at least, for a Service gives each pod as much.
    """
    pods = max(1, round(stable * weight / (100 - weight)))
    return pods, round(100 * pods / (stable + pods))
