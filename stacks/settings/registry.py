"""Where a stack's images are kept; the address follows from the settings alone."""

from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import Field, model_validator

from .image import Name
from .port import Port
from .section import Section


class _Registry(Section):
    """What a registry lets be done with its tags."""

    def moves(self, tag: str) -> bool:
        """Whether this tag may be given to another image."""
        return True


class LocalRegistry(_Registry):
    """A registry container of the shared stack, on loopback."""

    kind: Literal["local"] = "local"
    port: Port = 5005

    @property
    def address(self) -> str:
        """`host:port`, to which a repository's name is added."""
        return f"127.0.0.1:{self.port}"


class OciRegistry(_Registry):
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


class CloudRegistry(_Registry):
    """A cloud's own; whoever may use the cloud logs in with a token of an hour."""

    repositories: tuple[Name, ...] = ()
    """shared only: the models whose repositories are made; others are there already."""
    untagged_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """
    After how long an image is removed that no tag names. What left dev has a tag that
    never moves, so that all the ledger knows of stays.
    """


ECR_MOVABLE = ("latest", "stable", "*dev", "*staging", "*prod")
"""
The tags that move in ECR, which excepts five patterns from being immutable: those of
stacks end in their tier, and no pattern tells `1.4` from `1.4.2`, so it is not moved.
"""


class EcrRegistry(CloudRegistry):
    """Amazon's, a repository for each model."""

    kind: Literal["ecr"]
    account: Annotated[str, Field(pattern=r"^\d{12}$")]
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
    prefix: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._/-]*[a-z0-9]$")] | None = (
        None
    )
    """What stands before a model's name in its repository's."""
    readers: tuple[Annotated[str, Field(pattern=r"^\d{12}$")], ...] = ()
    """shared only: the other accounts that pull from here."""
    writers: tuple[Annotated[str, Field(pattern=r"^\d{12}$")], ...] = ()
    """
    shared only: those that push too, such as dev's; staging's and prod's tell there
    which version they run.
    """
    immutable: bool = True
    """Whether a version's tag can never be given to another image."""
    kms_key: Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:kms:\S+$")] | None = None
    """shared only: encrypts images; a key of AWS's own without it."""

    @property
    def address(self) -> str:
        """`host[/prefix]`, to which a repository's name is added."""
        return "/".join(filter(None, (self.host, self.prefix)))

    @property
    def host(self) -> str:
        """Where one logs in."""
        end = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        return f"{self.account}.dkr.ecr.{self.region}.{end}"

    def moves(self, tag: str) -> bool:
        """Those that are excepted from being immutable."""
        movable = any(fnmatchcase(tag, one) for one in ECR_MOVABLE)
        return movable or not self.immutable


class ArtifactRegistry(CloudRegistry):
    """Google's: one repository of Docker format, an image name for each model."""

    kind: Literal["artifact_registry"]
    project: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")]
    location: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+\d)?$")]
    repository: Annotated[str, Field(pattern=r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")] = (
        "models"
    )
    immutable: bool = False
    """Every tag or none: with it `latest`, `stable` and the stacks' own are not set."""
    kms_key: Annotated[str, Field(pattern=r"^projects/\S+/cryptoKeys/\S+$")] | None = (
        None
    )
    """
    shared only: encrypts images; a key of Google's own without it. Whose key it is lets
    the agent of Artifact Registry use it, before `up`.
    """

    @property
    def address(self) -> str:
        """`host/project/repository`, to which an image's name is added."""
        return f"{self.host}/{self.project}/{self.repository}"

    @property
    def host(self) -> str:
        """Where one logs in."""
        return f"{self.location}-docker.pkg.dev"

    def moves(self, tag: str) -> bool:
        """None at all where tags are immutable."""
        return not self.immutable


class Acr(CloudRegistry):
    """
    Azure's: one registry, a repository for each model that comes by itself.

    No setting of it keeps all tags where they are; Slipway itself moves no version's.
    """

    kind: Literal["acr"]
    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9]{5,50}$")]
    """Of the registry, which is unique in the world."""
    subscription: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
    resource_group: Annotated[str, Field(pattern=r"^[\w().-]{1,89}[\w()-]$")]
    location: Annotated[str, Field(pattern=r"^[a-z0-9]+$")] = "westeurope"
    """shared only."""
    sku: Literal["Standard", "Premium"] = "Premium"
    """Premium has zones and private endpoints, and removes what no tag names."""

    @property
    def address(self) -> str:
        """`host`, to which a repository's name is added."""
        return self.host

    @property
    def host(self) -> str:
        """Where one logs in."""
        return f"{self.name.lower()}.azurecr.io"


RegistrySettings = Annotated[
    LocalRegistry | OciRegistry | EcrRegistry | ArtifactRegistry | Acr,
    Field(discriminator="kind"),
]
