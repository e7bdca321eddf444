"""What apps of Azure run in, and how Azure's settings name what is there."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .section import Section

_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_IN_GROUP = rf"^/subscriptions/{_UUID}/resourceGroups/[\w().-]+/providers/"
_ID = {
    what: rf"{_IN_GROUP}{kind}$"
    for what, kind in {
        "environment": r"Microsoft\.App/managedEnvironments/[\w-]+",
        "workspace": r"Microsoft\.OperationalInsights/workspaces/[\w-]+",
        "subnet": r"Microsoft\.Network/virtualNetworks/[\w.-]+/subnets/[\w.-]+",
        "vault": r"Microsoft\.KeyVault/vaults/[a-zA-Z0-9-]{3,24}",
        "storage": r"Microsoft\.Storage/storageAccounts/[a-z0-9]{3,24}(/\S+)?",
    }.items()
}
Uuid = Annotated[str, Field(pattern=f"^{_UUID}$")]
VaultId = Annotated[str, Field(pattern=_ID["vault"])]
StorageId = Annotated[str, Field(pattern=_ID["storage"])]
_EnvironmentId = Annotated[str, Field(pattern=_ID["environment"])]
_WorkspaceId = Annotated[str, Field(pattern=_ID["workspace"])]
_SubnetId = Annotated[str, Field(pattern=_ID["subnet"])]

CONSUMPTION = "Consumption"
"""The workload profile that every environment has."""


class GivenEnvironment(Section):
    """An environment that is there, whose logs go to a workspace of Log Analytics."""

    kind: Literal["given"]
    id: _EnvironmentId
    workspace: _WorkspaceId
    internal: bool = False
    """Whether it is in a network of yours and has no address on the internet."""
    profile: str = CONSUMPTION
    """The workload profile of the environment in which copies run."""


class MadeEnvironment(Section):
    """An environment of the stack's own, with a workspace for its logs."""

    kind: Literal["made"]
    subnet: _SubnetId | None = None
    """Of a network of yours, /27 or larger, delegated to Microsoft.App/environments."""
    zone_redundant: bool | None = None
    """Over several zones, which needs a subnet; prod's is, without this."""
    profile: ClassVar[str] = CONSUMPTION
