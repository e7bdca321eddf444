"""What the platforms of all clouds have in common."""

import hashlib
import re
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from .autoscale import Autoscale
from .notify import Severity
from .section import Section

if TYPE_CHECKING:
    from .stack import StackSettings

ObjectName = Annotated[str, Field(pattern=r"^[a-z]([a-z0-9-]{0,21}[a-z0-9])?$")]
"""What every cloud takes as the start of a name; each adds its own words to it."""
_LONGEST = 23


class Contact(Section):
    """Whom the cloud tells of alerts."""

    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    webhook: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    """The *name* of the secret that holds the https address."""
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)] = (
        "page",
        "ticket",
    )

    def mistakes(self) -> Iterator[str]:
        """A contact is one of the two."""
        if (self.email is None) == (self.webhook is None):
            yield "slipway:platform.contacts: each is an email or a webhook"


class CloudPlatform(Section):
    """A service that a cloud runs, replaces and scales by itself."""

    name: ObjectName | None = None
    """What its objects are called; the stack's name, after `slipway-`, without it."""
    autoscale: Autoscale | None = None
    public: bool = False
    """Whether it has an address on the internet."""
    allowed: tuple[IPv4Network, ...] = ()
    """From where callers may come; each cloud says what is open without it."""
    architecture: Literal["amd64", "arm64"] = "amd64"
    secret_ids: dict[str, str] = Field(default_factory=dict)
    """
    Secrets of the service that the cloud keeps already, by the cloud's own address of
    each; the others are `pulumi config set --secret secrets:NAME`, kept there too.
    """
    contacts: tuple[Contact, ...] = ()
    """Whom alerts reach."""
    log_days: Annotated[int, Field(ge=1, le=3653)] = 30
    """How long logs are kept."""
    start_s: Annotated[int, Field(ge=1, le=7200)] = 600
    """How long a copy may take to be placed and to have its image."""

    of_copies: ClassVar[frozenset[str]] = frozenset({"architecture", "start_s"})
    """The keys that change how a copy is made."""

    @property
    def replaces(self) -> bool:
        """Whether the platform itself takes one copy after the other to a release."""
        return True

    def mistakes(self, stack: "StackSettings") -> Iterator[str]:
        """What else the stack's file says that does not fit."""
        if "registry" not in stack.model_fields_set:
            yield "slipway:registry is missing: name the one that it pulls from"
        elif stack.registry.kind == "local":
            yield "slipway:registry is local, and a cloud cannot pull from this machine"
        wanted = f"linux/{self.architecture}"
        if stack.package and wanted not in stack.build.platforms:
            yield (
                f"slipway:build.platforms has no {wanted}, on which copies run; say "
                f"slipway:build: {{platforms: [{wanted}]}}"
            )
        for one in self.contacts:
            yield from one.mistakes()
        if stack.tier == "prod" and not self.contacts:
            yield "slipway:platform.contacts is empty: who is told of prod's alerts?"
        if unknown := set(self.secret_ids) - set(stack.service.secrets):
            found = ", ".join(sorted(unknown))
            yield f"slipway:platform.secret_ids: {found} is not in service.secrets"
        watch = stack.monitoring
        others = watch.one_machines | ({"port"} & watch.model_fields_set)
        if found := ", ".join(sorted(others)):
            yield (
                f"slipway:monitoring: {found} belongs to the local platform; here the "
                "cloud's own monitoring does it, and contacts are slipway:platform's"
            )
        names = [one.name for one in stack.batch]
        if twice := {one for one in names if names.count(one) > 1}:
            yield f"slipway:batch names {', '.join(sorted(twice))} twice"
        if claimed := [one.name for one in stack.batch if one.claim]:
            yield f"slipway:batch: {claimed[0]} has a claim, which only a cluster has"
        local = [one.name for one in stack.batch if one.input.startswith("/")]
        if local:
            yield f"slipway:batch: the input of {local[0]} is not in a bucket"

    def replicas(self, asked: int) -> range:
        """How many copies there may be, where the service asks for this many."""
        if self.autoscale:
            return range(self.autoscale.min, self.autoscale.max + 1)
        return range(asked, asked + 1)

    def shown(self, asked: int) -> range:
        """How many of them can be seen."""
        return self.replicas(asked)

    @property
    def deployed(self) -> str:
        """What of this belongs to a deployment's identity: how its copies are made."""
        return self.model_dump_json(include=set(self.of_copies))

    def called(self, stack: str) -> str:
        """What the service of `stack` is called, within every cloud's rules."""
        plain = re.sub(r"[^a-z0-9]+", "-", stack.lower()).strip("-")
        return self.name or fitting(f"slipway-{plain}", _LONGEST)


def fitting(name: str, longest: int) -> str:
    """
    `name`, or as much of it as fits and a fingerprint of it all.

    Names that differ stay different.
    """
    if len(name) <= longest:
        return name
    mark = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{name[: longest - 7].rstrip('-')}-{mark}"
