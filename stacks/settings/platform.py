"""Where a stack's service runs."""

from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import Field

from .section import Section

Port = Annotated[int, Field(ge=1, le=65535)]


class LocalPlatform(Section):
    """Containers on this machine, behind an edge that owns the port."""

    kind: Literal["local"]
    port: Port | None = None
    """The port that callers use; every stack with a service needs its own."""
    bind: IPv4Address = IPv4Address("127.0.0.1")
    """The address the port opens on; anything but loopback is open to a network."""


PlatformSettings = Annotated[LocalPlatform, Field(discriminator="kind")]
