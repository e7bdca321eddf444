"""A model service of Cloud Run, and all that belongs to it."""

import pulumi
from pulumi_gcp import cloudrunv2

from components.platform import PlatformArgs, ServiceArgs
from components.proof import hooks
from stacks.settings.gcp import GcpPlatform

from .batch import Scheduled
from .identity import callers, granted, identity, pulls
from .labels import labelled
from .logs import kept_logs
from .monitoring import monitored
from .place import Place
from .proof import BY_NAME, ServiceProof
from .secrets import kept_secrets
from .template import TemplateArgs, revision


class GcpService(pulumi.ComponentResource):
    """
    Revisions by name, and which of them take requests.

    A release takes none until an instance of it is proven. A canary is a revision
    beside that of the stack's release, with its exact share of the requests.
    """

    endpoint: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        platform: GcpPlatform,
        stack: PlatformArgs,
        args: ServiceArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:gcp:Service", name, None, opts)
        self._args = args
        own = {key: args.checks.labels[key] for key in _OF_RELEASE}
        self._place = place = Place(
            platform=platform,
            tier=stack.tier,
            name=platform.called(stack.labels["slipway.stack"]),
            stack=stack.labels["slipway.stack"],
            labels=labelled({**stack.labels, **own}),
            opts=pulumi.ResourceOptions(parent=self),
        )
        account = identity(f"{name}-identity", place)
        granted(f"{name}-role", account, place)
        pulling = pulls(f"{name}-pull", account, stack.registry, place)
        secrets = kept_secrets(f"{name}-secret", args.settings.secrets, account, place)
        self._template = TemplateArgs(
            image=args.image,
            settings=args.settings,
            release=args.checks.labels,
            secrets=secrets,
            account=account.email,
        )
        kept_logs(f"{name}-log", place)
        first = [*account.first, *pulling, *(r for one in secrets for r in one.first)]
        service = self._service(name, first)
        callers(f"{name}-caller", service, place)
        monitored(f"{name}-watch", place, args, service)
        for one in args.batch:
            Scheduled(f"{name}-{one.name}", one, self._template, place, after=service)
        self.endpoint = service.uri
        self.register_outputs({"endpoint": self.endpoint})

    def _service(self, name: str, first: list[pulumi.Resource]) -> cloudrunv2.Service:
        """The revision that is new here, and the shares of all that take requests."""
        place, platform, args = self._place, self._place.platform, self._args
        template, stable = revision(self._template, place)
        shares = [(stable, 100)]
        labels: dict[str, pulumi.Input[str]] = dict(place.labels)
        checks = args.checks
        if canary := args.canary:
            checks = canary.checks
            beside = self._template.of(canary.image, checks.labels)
            template, other = revision(beside, place)
            shares = [(stable, 100 - canary.weight), (other, canary.weight)]
            labels["slipway-canary"] = other
        bounds = platform.replicas(args.settings.replicas)
        proof = ServiceProof(
            called=place.name,
            platform=platform,
            checks=checks,
            canary=args.canary is not None,
        )
        return cloudrunv2.Service(
            name,
            name=place.name,
            project=platform.project,
            location=platform.region,
            ingress=ingress(platform),
            invoker_iam_disabled=False,
            deletion_protection=place.tier == "prod",
            scaling={
                "min_instance_count": bounds[0],
                "max_instance_count": bounds[-1],
            },
            template=template,
            traffics=[
                {"type": BY_NAME, "revision": one, "percent": share}
                for one, share in shares
            ],
            binary_authorization=(
                {"use_default": True} if platform.binary_authorization else None
            ),
            labels=labels,
            opts=pulumi.ResourceOptions.merge(
                place.protected(),
                pulumi.ResourceOptions(depends_on=first, hooks=hooks(name, proof)),
            ),
        )


_OF_RELEASE = ("slipway.model", "slipway.version")


def ingress(platform: GcpPlatform) -> str:
    """Whence requests may come: from within, unless the settings say otherwise."""
    if platform.public:
        return "INGRESS_TRAFFIC_ALL"
    if platform.load_balancer:
        return "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
    return "INGRESS_TRAFFIC_INTERNAL_ONLY"
