"""Where a stack's images are kept; the address follows from the settings alone."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from .port import Port
from .section import Section


class LocalRegistry(Section):
    """A registry container of the shared stack, on loopback."""

    kind: Literal["local"] = "local"
    port: Port = 5005

    @property
    def address(self) -> str:
        """`host:port`, to which a repository's name is added."""
        return f"127.0.0.1:{self.port}"


class OciRegistry(Section):
    """Any registry that speaks the OCI distribution protocol, such as Docker Hub."""

    kind: Literal["oci"]
    address: Annotated[str, Field(pattern=r"^[a-z0-9.-]+(:\d+)?(/[a-z0-9._/-]+)?$")]
    """`host[:port][/path]`, as in `registry.example.com/team`."""
    username: str | None = None
    """Who logs in; without it, the login that Docker already has is used."""
    password: str | None = None
    """The *name* of the secret: `pulumi config set --secret secrets:NAME`."""

    @model_validator(mode="after")
    def _login_is_whole(self) -> "OciRegistry":
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password come together, or not at all")
        return self


RegistrySettings = Annotated[LocalRegistry | OciRegistry, Field(discriminator="kind")]
