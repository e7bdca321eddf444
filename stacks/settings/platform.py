"""Where a stack's service runs."""

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import Field

from .kubernetes import KubernetesPlatform
from .section import Section

Port = Annotated[int, Field(ge=1, le=65535)]


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

    def mistakes(self, tier: str) -> Iterator[str]:
        """What does not fit the stack's tier."""
        if tier != "shared" and self.port is None:
            yield "slipway:platform.port is missing: callers need one"

    def replicas(self, asked: int) -> range:
        """How many there may be, where the service asks for this many."""
        return range(asked, asked + 1)

    @property
    def deployed(self) -> str:
        """What of this belongs to a deployment's identity: nothing."""
        return ""


PlatformSettings = Annotated[
    LocalPlatform | KubernetesPlatform, Field(discriminator="kind")
]
