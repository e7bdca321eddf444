"""The settings of one stack: the only place that reads pulumi.Config."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pulumi
import yaml
from pulumi.runtime import config as pulumi_config
from pydantic import AfterValidator, Field, ValidationError, model_validator

from model_image.errors import PackError
from model_image.storage.reference import RegisteredModel, parse_pinned

from .batch import BatchSettings
from .build import BuildSettings
from .canary import CanarySettings
from .gates import GatesSettings
from .image import PromotedImage
from .ledger import LedgerSettings
from .mistakes import SettingsError, settings_error
from .monitoring import MonitoringSettings
from .platform import PlatformSettings
from .registry import LocalRegistry, RegistrySettings
from .section import Section
from .service import ServiceSettings
from .watch import WatchSettings

Tier = Literal["shared", "dev", "staging", "prod"]
_NAMESPACE = "slipway:"
YamlLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where it is there: ten times faster, and files are read again and again."""


def _exact(reference: str) -> str:
    """Only what names the same package tomorrow can be built again."""
    try:
        named = parse_pinned(reference)
    except PackError as error:
        raise ValueError(str(error)) from None
    if isinstance(named, RegisteredModel):
        raise ValueError(
            f"{reference} is a model, not a package; `python -m model_image pack "
            f"{reference}` makes one"
        )
    return reference


class StackSettings(Section):
    """
    Everything a stack file says.

    `shared` owns what outlives services, dev builds a package, staging and prod run
    an image that their upstream verified (or, with none named yet, no service).
    """

    tier: Tier
    platform: PlatformSettings
    registry: RegistrySettings = LocalRegistry()
    upstream: str | None = None
    """The stack that a release must have been verified in."""
    package: Annotated[str, AfterValidator(_exact)] | None = None
    """
    dev only: the folder of the model's package, or where it is kept, by digest:
    oci://host/repository@sha256:..., s3://bucket/prefix@sha256:..., gs:// or az://.
    """
    image: PromotedImage | None = None
    """staging and prod only: written by promotion."""
    canary: CanarySettings | None = None
    """staging and prod only: written by a promotion that goes by steps."""
    gates: GatesSettings = GatesSettings()
    """staging and prod: what a release must show before it may come here."""
    watch: WatchSettings = WatchSettings()
    """staging and prod: how a release is looked at once it takes traffic."""
    ledger: LedgerSettings = LedgerSettings()
    build: BuildSettings = Field(default_factory=BuildSettings)
    service: ServiceSettings = Field(default_factory=ServiceSettings)
    monitoring: MonitoringSettings = MonitoringSettings()
    batch: tuple[BatchSettings, ...] = ()
    """On Kubernetes: files that are scored at set times."""

    @model_validator(mode="after")
    def _keys_fit_together(self) -> Self:
        mistakes = [
            *self._tier_mistakes(),
            *self._service_mistakes(),
            *self.platform.mistakes(self),
        ]
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return self

    def _tier_mistakes(self) -> Iterator[str]:
        if self.tier == "dev" and self.package is None:
            yield "slipway:package is missing: dev builds one; name its folder"
        if self.tier != "dev" and self.package is not None:
            yield "slipway:package is for dev only; other tiers run slipway:image"
        if self.tier in ("shared", "dev") and (self.image or self.upstream):
            yield f"slipway:image and slipway:upstream do not belong in {self.tier}"
        own = {"canary", "gates", "watch"} & self.model_fields_set
        if self.tier in ("shared", "dev") and own:
            found = ", ".join(f"slipway:{key}" for key in sorted(own))
            yield f"{found} do not belong in {self.tier}: nothing is promoted to it"
        if self.canary and self.image is None:
            yield "slipway:canary needs the slipway:image beside which it runs"
        if self.tier in ("staging", "prod") and self.upstream is None:
            yield f"slipway:upstream is missing: name the stack {self.tier} follows"

    def _service_mistakes(self) -> Iterator[str]:
        if self.service.drain_s >= self.service.stop_s:
            yield "slipway:service.stop_s must be longer than drain_s"

    def repository(self, name: str) -> str:
        """Where images called `name` are kept."""
        return f"{self.registry.address}/{name}"

    @property
    def reference(self) -> str:
        """The promoted image as it is pulled: by digest."""
        if self.image is None:
            raise LookupError("no image is promoted to this stack")
        return f"{self.repository(self.image.name)}@{self.image.digest}"

    @property
    def canary_reference(self) -> str:
        """The image of the canary as it is pulled: by digest."""
        if self.image is None or self.canary is None:
            raise LookupError("this stack has no canary")
        return f"{self.repository(self.image.name)}@{self.canary.digest}"

    @classmethod
    def load(cls) -> Self:
        """The settings of the stack that Pulumi runs now."""
        entries = {**pulumi_config.get_config_env(), **pulumi_config.CONFIG.get()}
        try:
            return cls.parse(pulumi.get_stack(), entries)
        except SettingsError as error:
            raise pulumi.RunError(str(error)) from None

    @classmethod
    def read(cls, root: Path, stack: str) -> Self:
        """The settings of `stack` in the clone at `root`, without Pulumi."""
        path = stack_file(root, stack)
        try:
            written = yaml.load(path.read_text(), YamlLoader) or {}
        except FileNotFoundError:
            raise SettingsError(
                f"{path.relative_to(root)} is missing; `python -m stacks init` "
                "writes a commented one"
            ) from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path.name} is not YAML: {error}") from None
        config = written.get("config") or {} if isinstance(written, dict) else None
        if not isinstance(config, dict):
            raise SettingsError(
                f"{path.name} has no settings in it: they belong under `config:`, one "
                "`key: value` a line"
            )
        return cls.parse(stack, {str(key): config[key] for key in config})

    @classmethod
    def parse(cls, stack: str, entries: Mapping[str, Any]) -> Self:
        """Check the `slipway:` entries of a configuration; objects may be JSON text."""
        found = {
            key.removeprefix(_NAMESPACE): _decoded(value)
            for key, value in entries.items()
            if key.startswith(_NAMESPACE)
        }
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            raise settings_error(f"Pulumi.{stack}.yaml", error, found) from None


def stack_file(root: Path, stack: str) -> Path:
    """Where the settings of `stack` stand."""
    return root / "stacks" / f"Pulumi.{stack}.yaml"


def stack_names(root: Path) -> list[str]:
    """Every stack that has a file, by name."""
    files = (root / "stacks").glob("Pulumi.*.yaml")
    return sorted(file.name.split(".")[1] for file in files)


def all_stacks(root: Path) -> dict[str, StackSettings]:
    """The settings of every stack that has a file; raises SettingsError."""
    return {name: StackSettings.read(root, name) for name in stack_names(root)}


def _decoded(value: Any) -> Any:
    """The CLI hands over objects as JSON text and everything else as plain text."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value
