"""Where the objects of a stack are, what they are called, and whose they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from stacks.settings.kubernetes import KubernetesPlatform

from .labels import Labels


@dataclass(frozen=True, kw_only=True)
class Place:
    """One stack's corner of a cluster."""

    platform: KubernetesPlatform
    labels: Labels
    name: str
    """What the service is called, and with it most objects."""
    opts: pulumi.ResourceOptions
    """Of every object: its parent, and the namespace that comes first."""

    def metadata(
        self,
        name: str | None = None,
        *,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        named: bool = True,
    ) -> Any:
        """
        Of an object called `name`, by default like the service.

        One that is not `named` gets another name from the engine whenever it changes.
        """
        told: dict[str, Any] = {
            "namespace": self.platform.namespace,
            "labels": {**self.labels.objects(), **(labels or {})},
        }
        if annotations:
            told["annotations"] = dict(annotations)
        return {"name": name or self.name, **told} if named else told
