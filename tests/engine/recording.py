"""What a run of an engine did, in a form that any run of any engine can be held to."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from .scenario import SCENARIO, End, Phase

FOLDER = Path(__file__).with_name("recordings")
ROOT_TYPE = "pulumi:pulumi:Stack"
DOCKER_BUILD = "docker-build:index:Image"
CONTAINER = "docker:index/container:Container"
NETWORK = "docker:index/network:Network"
REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage"
VOLUME = "docker:index/volume:Volume"
KEPT_OUTPUTS = {
    DOCKER_BUILD: ("contextHash", "digest", "ref"),
    CONTAINER: ("hostname", "networkDatas"),
    NETWORK: ("driver",),
    REMOTE_IMAGE: ("imageId",),
    VOLUME: ("driver", "mountpoint"),
    ROOT_TYPE: ("endpoint", "image"),
}
"""
The outputs that the offline engine keeps, by type, but for RemoteImage.repoDigest: that
is of the first registry that Docker ever had the image from, so of earlier runs.
"""
_OPTIONS = (
    *("aliases", "deleteBeforeReplace", "deleteBeforeReplaceDefined", "ignoreChanges"),
    *("protect", "provider", "providers", "replaceOnChanges", "retainOnDelete"),
    *("additionalSecretOutputs", "customTimeouts", "version", "hooks"),
)


@dataclass
class Recording:
    """One phase of the scenario under one engine."""

    end: End
    errors: list[str] = field(default_factory=list)
    registrations: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the program asked for, by URN."""
    steps: list[dict[str, Any]] = field(default_factory=list)
    """What was done about it, in the order in which it began: op, urn, diff, keys."""
    calls: list[str] = field(default_factory=list)
    """When the provider and the hooks were called, and when they answered."""
    state: list[dict[str, Any]] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    """Operations that were begun and never ended."""

    @classmethod
    def committed(cls, phase: Phase) -> Self:
        """The recording of Pulumi's own run that is kept in git."""
        return cls(**json.loads((FOLDER / f"{phase.name}.json").read_text()))

    def commit(self, phase: Phase) -> None:
        """Write the file that `committed` reads."""
        FOLDER.mkdir(exist_ok=True)
        text = json.dumps(asdict(self), indent=1, sort_keys=True)
        (FOLDER / f"{phase.name}.json").write_text(text + "\n")

    def resource(self, urn: str) -> dict[str, Any]:
        """The resource that lives in the resulting state under `urn`."""
        [found] = [r for r in self.state if r["urn"] == urn and not r["delete"]]
        return found


def committed() -> dict[str, Recording]:
    """The recordings of all phases, in their order."""
    return {phase.name: Recording.committed(phase) for phase in SCENARIO}


def before(runs: dict[str, Recording], phase: str) -> Recording:
    """The run that left what `phase` found; an empty one at a stack's beginning."""
    names = [each.name for each in SCENARIO]
    now = SCENARIO[names.index(phase)]
    for earlier in reversed(SCENARIO[: names.index(phase)]):
        if earlier.stack == now.stack:
            return runs[earlier.name]
    return Recording("done")


def registration(request: dict[str, Any]) -> dict[str, Any]:
    """A RegisterResourceRequest in JSON, without what only concerns the transport."""
    known = {key: request[key] for key in _OPTIONS if request.get(key)}
    by_property = request.get("propertyDependencies", {})
    return without_secrets(
        {
            **known,
            "type": request["type"],
            "custom": request.get("custom", False),
            "parent": request.get("parent", ""),
            "inputs": request.get("object", {}),
            "dependencies": sorted(request.get("dependencies", [])),
            "propertyDependencies": {
                name: sorted(found["urns"])
                for name, found in by_property.items()
                if found.get("urns")
            },
        }
    )


def without_secrets(resource: dict[str, Any]) -> dict[str, Any]:
    """
    `resource` with no trace of the build's secrets, which differ between machines.

    They tell which package index and which certificates a machine has.
    """
    for place in ("inputs", "outputs", "propertyDependencies"):
        resource.get(place, {}).pop("secrets", None)
    return resource
