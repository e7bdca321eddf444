"""Who logs in to a registry."""

from dataclasses import dataclass

import pulumi

from stacks.settings.registry import OciRegistry, RegistrySettings
from stacks.settings.secrets import secret


@dataclass(frozen=True)
class Login:
    """An account at one registry; the password stays a secret."""

    address: str
    username: str
    password: pulumi.Output[str]


def logins(registry: RegistrySettings) -> list[Login]:
    """The account that the settings name; none leaves it to Docker's own login."""
    if not isinstance(registry, OciRegistry) or registry.password is None:
        return []
    address = registry.address.partition("/")[0]
    return [Login(address, registry.username or "", secret(registry.password))]
