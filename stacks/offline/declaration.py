"""What a program registers, found out without touching anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import resource_pb2

from . import host
from .diff import Change, differences
from .hooks import Hooks
from .monitor import DECLARE, OFFLINE
from .process import Processes, Programs
from .project import Project
from .registration import ROOT_TYPE, Registration, Registrations
from .values import decode


@dataclass
class Declaration:
    """The resources of a program in the order it registered them, and its outputs."""

    resources: list[Registration] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)

    def all(self, type: str) -> list[Registration]:
        """Every resource of `type`."""
        return [found for found in self.resources if found.type == type]

    def only(self, type: str, name: str | None = None) -> Registration:
        """The one resource of `type` (called `name`)."""
        found = [r for r in self.all(type) if name in (None, r.name)]
        if len(found) != 1:
            declared = ", ".join(f"{r.type} {r.name}" for r in self.resources)
            raise LookupError(
                f"{len(found)} resources, not one, are {type} {name or ''}: {declared}"
            )
        return found[0]


def declare(
    root: Path,
    stack: str,
    *,
    config: Mapping[str, Any] | None = None,
    env: Mapping[str, str] | None = None,
    programs: Programs | None = None,
) -> Declaration:
    """
    What the program in `root` registers for `stack`, as a first preview would see it.

    `config` takes the place of the stack's file, `env` that of this process's
    environment; `programs` starts it, where that is not to be a process of its own.
    Encrypted settings are secrets with their ciphertext as value.
    """
    project = Project.read(root, stack, config)
    engine = _Declaring(project)
    told = engine.messages
    programs = programs or Processes(env)
    host.run(project, engine, lambda message, _: told.append(message), programs)
    return Declaration(
        list(engine.registrations.seen.values()), engine.stack_outputs, engine.messages
    )


class _Declaring:
    """Answers every registration with the inputs; what is made later stays unknown."""

    dry_run = True
    features = frozenset({OFFLINE, DECLARE})

    def __init__(self, project: Project) -> None:
        self.hooks = Hooks()
        self.registrations = Registrations(project)
        self.stack_outputs: dict[str, Any] = {}
        self.messages: list[str] = []

    def register(
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        found = self.registrations.read(request)
        return resource_pb2.RegisterResourceResponse(
            urn=found.urn, object=request.object
        )

    def outputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> None:
        if self.registrations.seen[request.urn].type == ROOT_TYPE:
            self.stack_outputs = decode(request.outputs)

    def finish(self) -> None:
        pass


@dataclass(frozen=True)
class Comparison:
    """How two declarations differ; resources are known by their URN."""

    added: list[Registration]
    removed: list[Registration]
    changed: dict[str, dict[str, Change]]
    """By URN: each input by its path, and options by `options.<name>`."""
    outputs: dict[str, Change]


def compare(before: Declaration, after: Declaration) -> Comparison:
    """What changes from `before` to `after`; secrets show only that they changed."""
    olds = {resource.urn: resource for resource in before.resources}
    news = {resource.urn: resource for resource in after.resources}
    changed = {
        urn: found
        for urn in news
        if urn in olds and (found := differences(_shown(olds[urn]), _shown(news[urn])))
    }
    return Comparison(
        [new for urn, new in news.items() if urn not in olds],
        [old for urn, old in olds.items() if urn not in news],
        changed,
        differences(before.outputs, after.outputs),
    )


def _shown(resource: Registration) -> dict[str, Any]:
    """The inputs, with the options beside them in the form of a property."""
    options = {f.name: getattr(resource, f.name) for f in fields(resource)}
    return {**options.pop("inputs"), "options": options}
