"""A service of Cloud Run, in one project and region."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from . import cloud_run
from .cloud import CloudPlatform
from .registry import ArtifactRegistry, OciRegistry
from .section import Section

if TYPE_CHECKING:
    from .stack import StackSettings

Project = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")]
Region = Annotated[str, Field(pattern=r"^[a-z]+-[a-z]+\d+$")]
_Role = Annotated[
    str, Field(pattern=r"^((projects|organizations)/[^/\s]+/)?roles/[\w.]+$")
]
_Member = Annotated[
    str,
    Field(
        pattern=r"^(allUsers|allAuthenticatedUsers"
        r"|(user|serviceAccount|group|domain):\S+|principal(Set)?://\S+)$"
    ),
]
EVERYBODY = frozenset({"allUsers", "allAuthenticatedUsers"})
"""Members that are no one in particular."""

_KEPT_DAYS = 30
"""How long the bucket that every project has keeps logs."""
_OWN_NAMES = frozenset({"PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"})


class Vpc(Section):
    """A network that the model's own requests go through."""

    network: str
    subnetwork: str | None = None
    egress: Literal["private", "all"] = "private"
    """Which requests: those to private addresses, or all of them."""


class GcpPlatform(CloudPlatform):
    """Revisions of one Cloud Run service, each with its share of the requests."""

    kind: Literal["gcp"]
    project: Project
    region: Region
    concurrency: Annotated[int, Field(ge=1, le=1000)] = 80
    """Requests that one instance takes at a time; more of them are more instances."""
    timeout_s: Annotated[int, Field(ge=1, le=3600)] = 60
    """How long Cloud Run waits for an answer."""
    load_balancer: bool = False
    """Whether a load balancer of yours leads to it, and besides only the network."""
    invokers: tuple[_Member, ...] = ()
    """Who may call it: `serviceAccount:shop@x.iam.gserviceaccount.com` and the like."""
    idle_to_zero: bool = False
    """Whether nothing runs while nobody calls; the first call then waits."""
    vpc: Vpc | None = None
    roles: tuple[_Role, ...] = ()
    """What the model itself may do in the project, such as read batch jobs' buckets."""
    binary_authorization: bool = False
    """Whether the project's policy says which images may run."""
    kms_key: Annotated[str, Field(pattern=r"^projects/\S+/cryptoKeys/\S+$")] | None = (
        None
    )
    """
    Encrypts what is kept of the image, and secrets; Google's own key without it. Whose
    key it is lets the agents of Cloud Run and Secret Manager use it, before `up`.
    """

    of_copies: ClassVar[frozenset[str]] = CloudPlatform.of_copies | {
        "concurrency",
        "timeout_s",
        "idle_to_zero",
        "vpc",
        "kms_key",
    }

    @property
    def address(self) -> str | None:
        """None: Cloud Run gives the address, so it is an output."""
        return None

    def replicas(self, asked: int) -> range:
        """How many instances there may be, where the service asks for this many."""
        bounds = super().replicas(asked)
        return range(0, bounds[-1] + 1) if self.idle_to_zero else bounds

    def shown(self, asked: int) -> range:
        """How many of them can be seen: a revision counts as one, however many."""
        return range(1, 2)

    def mistakes(self, stack: "StackSettings") -> Iterator[str]:
        """What else the stack's file says that does not fit."""
        yield from super().mistakes(stack)
        if stack.tier == "shared":
            return
        yield from self._callers()
        yield from self._unknown_here()
        yield from cloud_run.sizes(stack, self.concurrency)
        yield from cloud_run.times(stack)
        yield from _names(stack, self.secret_ids)

    def _callers(self) -> Iterator[str]:
        if (found := EVERYBODY & set(self.invokers)) and not self.public:
            yield (
                f"slipway:platform.invokers has {min(found)}: that is everybody; name "
                "who may call, or say public: true as well"
            )
        if self.public and self.load_balancer:
            yield (
                "slipway:platform is public and behind a load_balancer; requests that "
                "went past the balancer would be let in, so take one of the two"
            )
        if self.allowed:
            yield (
                "slipway:platform.allowed: Cloud Run knows callers by identity, not by "
                "address; use invokers, or a load_balancer with Cloud Armor"
            )

    def _unknown_here(self) -> Iterator[str]:
        if self.architecture != "amd64":
            yield "slipway:platform.architecture: Cloud Run has amd64 only"
        if self.log_days < _KEPT_DAYS:
            yield (
                f"slipway:platform.log_days is {self.log_days}; every project keeps "
                f"logs for {_KEPT_DAYS} days"
            )
        for role in {"roles/owner", "roles/editor"} & set(self.roles):
            yield f"slipway:platform.roles has {role}, which is nearly everything"
        scale = self.autoscale
        if scale and "calm_s" in scale.model_fields_set:
            yield (
                "slipway:platform.autoscale.calm_s: Cloud Run itself says when there "
                "are fewer instances"
            )
        if scale and not 10 <= scale.cpu_percent <= 90:
            yield (
                f"slipway:platform.autoscale.cpu_percent is {scale.cpu_percent}; Cloud "
                "Run takes 10 to 90"
            )


def _names(stack: "StackSettings", secret_ids: dict[str, str]) -> Iterator[str]:
    named = {*stack.service.env, *stack.service.secrets}
    if found := ", ".join(sorted(_OWN_NAMES & named)):
        yield f"slipway:service: {found} is Cloud Run's own to set"
    for name, id in secret_ids.items():
        if secret_of(id) is None:
            yield (
                f"slipway:platform.secret_ids.{name} is {id!r}; use "
                "projects/PROJECT/secrets/NAME, with /versions/N or without"
            )
    registry = stack.registry
    docker_hub = isinstance(registry, OciRegistry) and registry.password is None
    if not isinstance(registry, ArtifactRegistry) and not (
        docker_hub and registry.address.startswith("docker.io")
    ):
        yield (
            f"slipway:registry is {registry.kind}; Cloud Run pulls from Artifact "
            "Registry, or what is public from docker.io"
        )


def secret_of(id: str) -> tuple[str, str, str] | None:
    """Project, name and version in the address of a secret; None where it is none."""
    match id.split("/"):
        case ["projects", project, "secrets", name] if project and name:
            return project, name, "latest"
        case ["projects", project, "secrets", name, "versions", version] if (
            project and name and (version.isdecimal() or version == "latest")
        ):
            return project, name, version
    return None
