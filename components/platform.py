"""The contract that a platform's folder fulfils, so that the program needs no `if`."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import pulumi

from stacks.settings.platform import PlatformSettings
from stacks.settings.registry import RegistrySettings
from stacks.settings.service import ServiceSettings


class Rotation(Protocol):
    """Which replicas take traffic."""

    def admit(self, replica: str) -> None:
        """Give `replica` traffic; returns when callers reach it."""
        ...

    def withdraw(self, replica: str) -> None:
        """Take traffic from `replica` and stop it; it stays for inspection."""
        ...

    def discard(self, replica: str) -> None:
        """Remove `replica`, which takes no traffic and which no engine knows."""
        ...


class Checks(Protocol):
    """What `stacks.releases` proves about a deployment; the program hands it down."""

    @property
    def labels(self) -> Mapping[str, str]:
        """What the deployment's objects are found by."""
        ...

    def verify(self, replica: str, rotation: Rotation) -> None:
        """Prove `replica`, then admit it; raises when it is not proven."""
        ...


@dataclass(frozen=True, kw_only=True)
class ServiceArgs:
    """A model image, what it may use, and what proves that it works."""

    image: pulumi.Input[str]
    """`repository@digest`; nothing is deployed by tag."""
    settings: ServiceSettings
    checks: Checks


class Service(Protocol):
    """A model that answers."""

    endpoint: pulumi.Output[str]
    """The URL that callers use."""


class Platform(Protocol):
    """One place where services run; `components.<kind>.platform` makes it."""

    def registry(self, settings: RegistrySettings) -> None:
        """Create what keeps images, where that is the platform's to create."""
        ...

    def service(self, name: str, args: ServiceArgs) -> Service:
        """Run a model image."""
        ...


@dataclass(frozen=True, kw_only=True)
class PlatformArgs:
    """What every platform is told about the stack it serves."""

    base: str
    """The image that support images start from."""
    labels: Mapping[str, str]
    """What the stack's objects are found by."""
    registry: RegistrySettings
    """Where the stack's images are, and who may pull them."""
    builder: pulumi.ProviderResource
    """What builds images; the default providers are disabled."""


def platform_for(settings: PlatformSettings, args: PlatformArgs) -> Platform:
    """The platform that a stack asks for; no other one is imported."""
    module = importlib.import_module(f"components.{settings.kind}")
    return module.platform(settings, args)
