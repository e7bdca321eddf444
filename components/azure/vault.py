"""Where the stack's own secrets are kept."""

import hashlib
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import keyvault

from .place import Place

_LONGEST = 24


@dataclass(frozen=True, kw_only=True)
class Vault:
    """A vault of Key Vault."""

    id: str
    name: str
    group: pulumi.Input[str]
    made: "keyvault.Vault | None" = None  # its package is slow, and loaded late

    def address(self, secret: str) -> str:
        """Where the value of a secret is, whichever is its newest."""
        return f"https://{self.name}.vault.azure.net/secrets/{secret}"

    def secret_id(self, secret: str) -> str:
        """The address of a secret, as roles name it."""
        return f"{self.id}/secrets/{secret}"


def vault(name: str, place: Place, tenant: pulumi.Input[str]) -> Vault:
    """
    The one that the settings name, else one of the stack's own.

    prod's cannot be lost before its time; another can be purged, and made anew.
    """
    if given := place.platform.key_vault:
        parts = given.split("/")
        return Vault(id=given, name=parts[-1], group=parts[4])
    called = vault_name(place)
    made = keyvault.Vault(
        name,
        vault_name=called,
        resource_group_name=place.group,
        location=place.platform.location,
        properties=_properties(place, tenant),
        tags=place.tags,
        opts=place.protected(),
    )
    return Vault(
        id=place.id("Microsoft.KeyVault/vaults", called),
        name=called,
        group=place.group,
        made=made,
    )


def _properties(
    place: Place, tenant: pulumi.Input[str]
) -> "keyvault.VaultPropertiesArgsDict":
    found: keyvault.VaultPropertiesArgsDict = {
        "tenant_id": tenant,
        "sku": {"family": "A", "name": keyvault.SkuName.STANDARD},
        "enable_rbac_authorization": True,
        "enable_soft_delete": True,
        "soft_delete_retention_in_days": 7,
        "enabled_for_deployment": False,
        "enabled_for_disk_encryption": False,
        "enabled_for_template_deployment": False,
    }
    if place.tier == "prod":
        found["soft_delete_retention_in_days"] = 90
        # Azure takes no False, so elsewhere nothing is said of it.
        found["enable_purge_protection"] = True
    return found


def vault_name(place: Place) -> str:
    """A name that nobody else in the world has: its mark is of the stack's address."""
    stack = place.id("Microsoft.KeyVault/vaults", place.name).lower()
    mark = hashlib.sha256(stack.encode()).hexdigest()[:6]
    return f"{place.name[: _LONGEST - 7].rstrip('-')}-{mark}"
