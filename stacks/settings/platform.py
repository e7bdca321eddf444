"""Where a stack's service runs."""

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from .aws import AwsPlatform
from .azure import AzurePlatform
from .gcp import GcpPlatform
from .kubernetes import KubernetesPlatform
from .port import Port
from .section import Section

if TYPE_CHECKING:
    from .stack import StackSettings


class LocalPlatform(Section):
    """Containers on this machine, behind an edge that owns the port."""

    kind: Literal["local"]
    port: Port | None = None
    """The port that callers use; every stack with a service needs its own."""
    bind: IPv4Address = IPv4Address("127.0.0.1")
    """The address the port opens on; anything but loopback is open to a network."""

    @property
    def address(self) -> str | None:
        """Where people reach the service."""
        host = "127.0.0.1" if self.bind.is_unspecified else self.bind
        return f"http://{host}:{self.port}" if self.port else None

    @property
    def replaces(self) -> bool:
        """Whether the platform itself takes one copy after the other to a release."""
        return False

    def mistakes(self, stack: "StackSettings") -> Iterator[str]:
        """What else the stack's file says that does not fit."""
        if stack.tier != "shared" and self.port is None:
            yield "slipway:platform.port is missing: callers need one"
        if stack.batch:
            yield (
                "slipway:batch needs a cluster; on one machine the image does it by "
                "itself: docs/batch.md"
            )
        shared_only = stack.monitoring.one_machines
        if stack.tier != "shared" and shared_only:
            found = ", ".join(sorted(shared_only))
            yield f"slipway:monitoring: {found} belongs in the shared stack's file"

    def replicas(self, asked: int) -> range:
        """How many there may be, where the service asks for this many."""
        return range(asked, asked + 1)

    def shown(self, asked: int) -> range:
        """How many of them can be seen."""
        return self.replicas(asked)

    @property
    def deployed(self) -> str:
        """What of this belongs to a deployment's identity: nothing."""
        return ""


PlatformSettings = Annotated[
    LocalPlatform | KubernetesPlatform | AwsPlatform | GcpPlatform | AzurePlatform,
    Field(discriminator="kind"),
]
