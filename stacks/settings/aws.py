"""A service of ECS on Fargate behind a load balancer, in one account."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from .cloud import CloudPlatform
from .cron import aws_cron
from .section import Section

if TYPE_CHECKING:
    from .stack import StackSettings

Account = Annotated[str, Field(pattern=r"^\d{12}$")]
Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
SecretArn = Annotated[
    str, Field(pattern=r"^arn:aws[a-z-]*:(secretsmanager|ssm):[a-z0-9-]+:\d{12}:\S+$")
]
Arn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:[a-z0-9-]+:\S+$")]
_Vpc = Annotated[str, Field(pattern=r"^vpc-[0-9a-f]{8,17}$")]
_Subnet = Annotated[str, Field(pattern=r"^subnet-[0-9a-f]{8,17}$")]
_Subnets = Annotated[tuple[_Subnet, ...], Field(min_length=2)]


def _a_schedule(cron: str) -> str:
    """ValueError where AWS cannot say it."""
    aws_cron(cron)
    return cron


_LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096)
_FARGATE: dict[float, range] = {
    0.25: range(512, 2049, 512),
    0.5: range(1024, 4097, 1024),
    1: range(2048, 8193, 1024),
    2: range(4096, 16_385, 1024),
    4: range(8192, 30_721, 1024),
    8: range(16_384, 61_441, 4096),
    16: range(32_768, 122_881, 8192),
}
"""
Memory in MiB by processors: "Task CPU and memory" in the ECS developer guide. 0.25 has
512, 1024 and 2048.
"""


class GivenNetwork(Section):
    """A network that is there."""

    kind: Literal["given"]
    vpc: _Vpc
    subnets: _Subnets
    """Where tasks run: private ones, in different zones, with a way to ECR and logs."""
    balancer_subnets: _Subnets
    """Where the load balancer is: public ones where the service is public."""


class MadeNetwork(Section):
    """A network of the stack's own: private subnets for tasks, in each zone."""

    kind: Literal["made"]
    cidr: IPv4Network = IPv4Network("10.40.0.0/16")
    zones: Annotated[
        tuple[Annotated[str, Field(pattern="^[a-f]$")], ...],
        Field(min_length=2, max_length=4),
    ] = ("a", "b")
    """By their letters; not every account has each of a region's."""
    internet: bool = False
    """A NAT gateway, for a model that calls out; endpoints alone lead to AWS's own."""


class Sleep(Section):
    """Set times at which there are no tasks, as cron has them."""

    down: Annotated[str, AfterValidator(_a_schedule)]
    up: Annotated[str, AfterValidator(_a_schedule)]
    zone: str = "Etc/UTC"


class AwsPlatform(CloudPlatform):
    """Tasks of Fargate in private subnets, reached through a load balancer with TLS."""

    kind: Literal["aws"]
    account: Account
    """Any other account's credentials are refused."""
    region: Region
    network: GivenNetwork | MadeNetwork = Field(
        default_factory=lambda: MadeNetwork(kind="made"), discriminator="kind"
    )
    certificate: Arn | None = None
    """Of ACM, for `host`; every service needs one."""
    host: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]+\.[a-z]{2,}$")] | None = (
        None
    )
    """The name by which callers reach it; point it at the balancer."""
    spot: bool = False
    """Tasks that AWS may take back at two minutes' notice, at a third of the price."""
    sleep: Sleep | None = None
    """When nobody needs it, such as at night: Fargate does not wake up by itself."""
    boundary: Arn | None = None
    """The permissions boundary of the roles that are made."""
    kms_key: Arn | None = None
    """Encrypts logs, secrets and notifications; keys of AWS's own without it."""
    access_logs: Annotated[str, Field(pattern=r"^[a-z0-9.-]{3,63}$")] | None = None
    """The bucket of the balancer's access logs."""
    task_policy: Arn | None = None
    """What the model itself may do, such as read the buckets of batch jobs."""
    deregister_s: Annotated[int, Field(ge=5, le=300)] = 15
    """How long a task that leaves still answers while the balancer lets it go."""

    secret_ids: dict[str, SecretArn] = Field(default_factory=dict)
    """
    Secrets of the service that Secrets Manager or the parameter store keep already, by
    their ARNs; others are `pulumi config set --secret secrets:NAME`, kept there too.
    """

    of_copies: ClassVar[frozenset[str]] = CloudPlatform.of_copies | {
        "spot",
        "deregister_s",
    }

    @property
    def address(self) -> str | None:
        """Where people reach the service."""
        return f"https://{self.host}" if self.host else None

    def mistakes(self, stack: "StackSettings") -> Iterator[str]:
        """What else the stack's file says that does not fit."""
        yield from super().mistakes(stack)
        if stack.tier == "shared":
            return
        if self.certificate is None or self.host is None:
            yield (
                "slipway:platform.certificate and host are missing: callers come by "
                "TLS; name a certificate of ACM and the name that it is for"
            )
        if self.log_days not in _LOG_DAYS:
            known = ", ".join(map(str, _LOG_DAYS))
            yield (
                f"slipway:platform.log_days is {self.log_days}; CloudWatch has {known}"
            )
        yield from _fargate_mistakes(stack)
        yield from self._network_mistakes(stack)
        if stack.service.stop_s + self.deregister_s > 120:
            yield (
                "slipway:service.stop_s and platform.deregister_s are over 120 s "
                "together, after which Fargate kills"
            )
        for one in stack.batch:
            try:
                aws_cron(one.schedule or "@yearly")
            except ValueError as error:
                yield f"slipway:batch: {one.name}: {error}"
        if self.sleep and stack.tier == "prod":
            yield "slipway:platform.sleep is for other tiers; prod answers at night too"
        if any(one.shards > 50 for one in stack.batch):
            yield "slipway:batch: on AWS a job has 50 shards at most"

    def _network_mistakes(self, stack: "StackSettings") -> Iterator[str]:
        given = self.network.kind == "given"
        if given and not self.public and not self.allowed:
            yield (
                "slipway:platform.allowed is missing: say from where callers come, as "
                "in the network's own addresses"
            )
        registry = stack.registry
        if registry.kind == "oci" and registry.password is not None:
            yield (
                "slipway:registry has a password, which ECS cannot use; pull from ECR, "
                "or from a registry that asks for none"
            )
        far = registry.kind == "ecr" and registry.region != self.region
        if (registry.kind == "oci" or far) and not _reaches(self.network):
            yield (
                "slipway:platform.network leads to this region's ECR alone, and the "
                "registry is elsewhere; say internet: true"
            )


def _reaches(network: GivenNetwork | MadeNetwork) -> bool:
    """Whether tasks may have a way to the internet."""
    return network.kind == "given" or network.internet


def _fargate_mistakes(stack: "StackSettings") -> Iterator[str]:
    service = stack.service
    asked = {"service": (service.cpu, service.memory_mb)} | {
        f"batch {one.name}": (
            one.cpu or service.cpu,
            one.memory_mb or service.memory_mb,
        )
        for one in stack.batch
    }
    for where, (cpu, memory_mb) in asked.items():
        if cpu not in _FARGATE:
            known = ", ".join(f"{one:g}" for one in _FARGATE)
            yield f"slipway:{where}: cpu is {cpu:g}; Fargate has {known}"
        elif memory_mb not in _FARGATE[cpu] or (cpu, memory_mb) == (0.25, 1536):
            sizes = _FARGATE[cpu]
            yield (
                f"slipway:{where}: memory_mb is {memory_mb}; beside cpu {cpu:g} "
                f"Fargate has {sizes[0]} to {sizes[-1]}, in steps of {sizes.step}"
            )
