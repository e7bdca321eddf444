"""A service of Azure Container Apps, in one subscription."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from .azure_environment import (
    CONSUMPTION,
    GivenEnvironment,
    MadeEnvironment,
    StorageId,
    Uuid,
    VaultId,
)
from .cloud import CloudPlatform
from .cron import five_fields

if TYPE_CHECKING:
    from .batch import BatchSettings
    from .stack import StackSettings

LABELS = "SLIPWAY_LABELS"
"""The variable of a copy that says what it is: Azure labels apps, not revisions."""
_STEP_CPU, _STEP_MB, _STEPS = 0.25, 512, 16
"""
The pairs of the Consumption profile: "Containers in Azure Container Apps", the table
of allocations, from 0.25 with 0.5 Gi to 4 with 8 Gi.
"""
_MOST_PROBES = 10
LONGEST_PERIOD_S = 240
"""Of a probe: so many failures in a row at most, and so long between two."""
_LONGEST_START_S = _MOST_PROBES * LONGEST_PERIOD_S
_SHORTEST = 4
_DAYS = range(30, 731)
_UTC = ("Etc/UTC", "UTC")


class AzurePlatform(CloudPlatform):
    """
    A container app with revisions, reached by TLS through its environment's ingress.

    Unless it is public, callers come from the environment's network alone: the subnet's
    where it has one, else the other apps of the environment.
    """

    kind: Literal["azure"]
    subscription: Uuid
    """Credentials that do not reach it are refused."""
    tenant: Uuid | None = None
    """The directory to log in to, where the credentials know several."""
    location: Annotated[str, Field(pattern=r"^[a-z0-9]+$")]
    resource_group: Annotated[str, Field(pattern=r"^[\w().-]{1,89}[\w()-]$")]
    create_resource_group: bool = False
    """Whether the group is this stack's own, and goes when the stack does."""
    environment: GivenEnvironment | MadeEnvironment = Field(
        default_factory=lambda: MadeEnvironment(kind="made"), discriminator="kind"
    )
    concurrency: Annotated[int, Field(ge=1, le=1000)] | None = None
    """
    Requests at a time of one copy, beyond which there is another; with `autoscale`,
    whose share of the processors counts without it.
    """
    idle_to_zero: bool = False
    """dev only: no copy runs while nobody asks; who asks first waits for its start."""
    key_vault: VaultId | None = None
    """Where the stack's own secrets are put, by RBAC; one is made without it."""
    storage: tuple[StorageId, ...] = ()
    """The accounts, or their containers, that batch jobs read and write."""

    of_copies: ClassVar[frozenset[str]] = CloudPlatform.of_copies

    @property
    def address(self) -> str | None:
        """None: Azure makes the name up, and the stack's output `endpoint` has it."""
        return None

    @property
    def in_network(self) -> bool:
        """Whether the environment is in a network of yours, and only there."""
        if isinstance(self.environment, GivenEnvironment):
            return self.environment.internal
        return self.environment.subnet is not None and not self.public

    def over_zones(self, tier: str) -> bool:
        """Whether an environment that is made spans zones."""
        if isinstance(self.environment, GivenEnvironment):
            return False
        asked = self.environment.zone_redundant
        return tier == "prod" if asked is None else asked

    def replicas(self, asked: int) -> range:
        """How many copies there may be, where the service asks for this many."""
        counted = super().replicas(asked)
        return range(0, counted.stop) if self.idle_to_zero else counted

    def mistakes(self, stack: "StackSettings") -> Iterator[str]:
        """What else the stack's file says that does not fit."""
        yield from super().mistakes(stack)
        if stack.tier == "shared":
            yield from self._registry_mistakes(stack)
            return
        yield from self._place_mistakes(stack)
        yield from self._secret_mistakes(stack)
        if stack.registry.kind not in ("acr", "oci"):
            yield (
                f"slipway:registry.kind is {stack.registry.kind!r}; Azure pulls from "
                "acr by identity, and from oci"
            )
        if self.architecture != "amd64":
            yield (
                f"slipway:platform.architecture is {self.architecture!r}; Container "
                "Apps has amd64 alone"
            )
        if self.concurrency and not (self.autoscale or self.idle_to_zero):
            yield "slipway:platform.concurrency needs autoscale, which it drives"
        if self.idle_to_zero and stack.tier != "dev":
            yield f"slipway:platform.idle_to_zero is for dev, and this is {stack.tier}"
        if stack.service.health.startup_s > _LONGEST_START_S:
            yield (
                f"slipway:service.health.startup_s is over {_LONGEST_START_S}, which "
                f"is {_MOST_PROBES} probes with {LONGEST_PERIOD_S} s between them"
            )
        yield from _pair_mistakes(stack, self.environment.profile)
        for one in stack.batch:
            yield from _batch_mistakes(one)

    def _registry_mistakes(self, stack: "StackSettings") -> Iterator[str]:
        registry = stack.registry
        if registry.kind == "acr" and registry.subscription != self.subscription:
            yield (
                f"slipway:registry.subscription is {registry.subscription}, and the "
                f"shared stack that makes it is in {self.subscription}"
            )

    def _place_mistakes(self, stack: "StackSettings") -> Iterator[str]:
        if "--" in (self.name or ""):
            yield (
                f"slipway:platform.name is {self.name!r}; Azure puts -- before a "
                "revision's own name, and takes it nowhere else"
            )
        if self.name and len(self.name) < _SHORTEST:
            yield (
                f"slipway:platform.name is {self.name!r}; a workspace of Log Analytics "
                f"has {_SHORTEST} letters or more"
            )
        environment = self.environment
        if isinstance(environment, GivenEnvironment):
            if environment.internal and self.public:
                yield (
                    "slipway:platform.public: nothing in an environment that is "
                    "internal is on the internet"
                )
            return
        if self.over_zones(stack.tier) and environment.subnet is None:
            yield (
                "slipway:platform.environment.subnet is missing: Azure spans zones in "
                "a network of yours alone; name a subnet, or say zone_redundant: false"
            )
        if self.log_days not in _DAYS:
            yield (
                f"slipway:platform.log_days is {self.log_days}; a workspace of Log "
                f"Analytics keeps {_DAYS[0]} to {_DAYS[-1]} days"
            )

    def _secret_mistakes(self, stack: "StackSettings") -> Iterator[str]:
        vault = (self.key_vault or "").rpartition("/")[2].lower()
        start = f"https://{vault}.vault.azure.net/secrets/"
        for name, address in self.secret_ids.items():
            if not vault or not address.lower().startswith(start):
                yield (
                    f"slipway:platform.secret_ids.{name} is {address!r}, which is no "
                    "secret of slipway:platform.key_vault (https://NAME.vault.azure."
                    "net/secrets/...)"
                )
        slugs = [slug(one) for one in stack.service.secrets]
        twice = [one for one in stack.service.secrets if slugs.count(slug(one)) > 1]
        if twice:
            yield (
                f"slipway:service.secrets: {' and '.join(twice)} are one name to "
                "Azure, which knows no capitals and no underscore"
            )


def slug(secret: str) -> str:
    """What Azure calls a secret: no capitals, no underscore."""
    return secret.lower().replace("_", "-").strip("-")


def _pair_mistakes(stack: "StackSettings", profile: str) -> Iterator[str]:
    if profile != CONSUMPTION:
        return
    service = stack.service
    asked = {"service": (service.cpu, service.memory_mb)} | {
        f"batch {one.name}": (
            one.cpu or service.cpu,
            one.memory_mb or service.memory_mb,
        )
        for one in stack.batch
    }
    for where, (cpu, memory_mb) in asked.items():
        steps = cpu / _STEP_CPU
        if steps not in range(1, _STEPS + 1):
            most = _STEPS * _STEP_CPU
            yield (
                f"slipway:{where}: cpu is {cpu:g}; Container Apps has {_STEP_CPU} to "
                f"{most:g}, in steps of {_STEP_CPU}"
            )
        elif memory_mb != steps * _STEP_MB:
            yield (
                f"slipway:{where}: memory_mb is {memory_mb}; beside cpu {cpu:g} "
                f"Container Apps has {steps * _STEP_MB:g}"
            )


def _batch_mistakes(batch: "BatchSettings") -> Iterator[str]:
    where = f"slipway:batch {batch.name}"
    if "--" in batch.name:
        yield f"{where}: its name has --, which Azure takes in no job's; use one -"
    if batch.zone not in _UTC:
        yield f"{where}: zone is {batch.zone!r}; Azure's clock is UTC's"
    try:
        five_fields(batch.schedule or "@yearly")
    except ValueError as error:
        yield f"{where}: {error}"
    if batch.shards > 50:
        yield f"{where}: on Azure a job has 50 shards at most"
    if batch.shards > 1 and "$(RUN)" in f"{batch.input}{batch.output}":
        yield (
            f"{where}: its shards are jobs of their own, whose runs have no name in "
            "common; take $(RUN) out, or use one shard"
        )
