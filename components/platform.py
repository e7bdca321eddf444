"""The contract that a platform's folder fulfils, so that the program needs no `if`."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import pulumi

from model_image.server.manifest import Manifest, read_manifest
from model_image.storage.clone import folder_in
from stacks.settings.batch import BatchSettings
from stacks.settings.line import package_of
from stacks.settings.monitoring import MonitoringSettings
from stacks.settings.platform import PlatformSettings
from stacks.settings.registry import RegistrySettings
from stacks.settings.service import ServiceSettings
from stacks.settings.stack import StackSettings, Tier
from stacks.settings.watched import Watched, watched_at


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


class Rollout(Protocol):
    """Equal copies that their platform replaces itself, one after the other."""

    @property
    def name(self) -> str:
        """What the platform calls them together."""
        ...

    @property
    def canary(self) -> bool:
        """Whether they are a canary's."""
        ...

    @property
    def changed(self) -> bool:
        """Whether they are others than before."""
        ...

    def undo(self) -> None:
        """Give callers back to the copies of before, where there are any."""
        ...


class Checks(Protocol):
    """
    What `stacks.releases` proves about a deployment; the program hands it down.

    Where Slipway itself puts copies into rotation, each is verified. Where the platform
    does, one is tried out before any of its kind takes traffic, and then all are seen.
    """

    @property
    def labels(self) -> Mapping[str, str]:
        """What the deployment's objects are found by."""
        ...

    def verify(self, replica: str, rotation: Rotation) -> None:
        """Prove `replica`, then admit it; raises when it is not proven."""
        ...

    def try_out(self, start: Callable[[], str]) -> None:
        """Prove the copy that `start` makes and names, which callers do not reach."""
        ...

    def confirm(self, rollout: Rollout) -> None:
        """See every copy in rotation; raises, with all undone, when one is not."""
        ...


@dataclass(frozen=True, kw_only=True)
class CanaryArgs:
    """A second release beside the first, and its share of the requests."""

    image: pulumi.Input[str]
    """`repository@digest`."""
    checks: Checks
    weight: int
    """In per cent. Where the canary is not ready, its share is the replicas'."""

    @classmethod
    def of(cls, settings: StackSettings, checks: Checks | None) -> Self | None:
        """The canary that a stack's file names, if it names one."""
        if settings.canary is None or checks is None:
            return None
        weight = settings.canary.weight
        return cls(image=settings.canary_reference, checks=checks, weight=weight)


@dataclass(frozen=True, kw_only=True)
class ServiceArgs:
    """A model image, what it may use, and what proves that it works."""

    image: pulumi.Input[str]
    """`repository@digest`; nothing is deployed by tag."""
    settings: ServiceSettings
    checks: Checks
    monitoring: MonitoringSettings
    upstream: str | None = None
    """The stack whose version it follows."""
    canary: CanaryArgs | None = None
    batch: tuple[BatchSettings, ...] = ()
    model: Manifest | None = None
    """What its dashboard shows, where the clone has it."""

    @staticmethod
    def shown(root: Path, settings: StackSettings) -> Manifest | None:
        """
        The model of the package that the stack's line builds, in the clone here.

        None on one machine, whose monitoring shows them all.
        """
        on_one_machine = settings.platform.kind == "local"
        folder = None if on_one_machine else package_of(root, settings)
        return read_manifest(folder) if folder else None


class Service(Protocol):
    """A model that answers."""

    endpoint: pulumi.Output[str]
    """The URL that callers use."""


@dataclass(frozen=True, kw_only=True)
class MonitoringArgs:
    """How the services of a machine are watched, and which they are."""

    settings: MonitoringSettings
    watched: tuple[Watched, ...]
    models: tuple[Manifest, ...] = ()
    """What the dashboards show, one for each model."""

    @classmethod
    def read(cls, root: Path, settings: MonitoringSettings) -> Self:
        """Everything in the clone at `root` that names the Prometheus of `settings`."""
        watched = watched_at(root, settings.port)
        packages = {one.settings.package for one in watched if settings.grafana}
        folders = [folder_in(root, one, pulumi.log.info) for one in packages if one]
        manifests = [read_manifest(root / folder) for folder in folders]
        return cls(
            settings=settings,
            watched=watched,
            models=tuple({one.name: one for one in manifests}.values()),
        )


class Platform(Protocol):
    """One place where services run; `components.<kind>.platform` makes it."""

    def registry(self, settings: RegistrySettings) -> None:
        """Create what keeps images, where that is the platform's to create."""
        ...

    def monitoring(self, args: MonitoringArgs) -> None:
        """Create what watches every service, where that is the platform's to create."""
        ...

    def service(self, name: str, args: ServiceArgs) -> Service:
        """Run a model image."""
        ...


@dataclass(frozen=True, kw_only=True)
class PlatformArgs:
    """What every platform is told about the stack it serves."""

    tier: Tier
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
