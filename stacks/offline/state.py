"""What the engine made, in one file per stack outside the clone."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Self

import filelock

from stacks.settings import local_state

from .errors import OfflineError
from .project import Project
from .registration import Registration
from .values import from_json, to_json

_VERSION = 1


@dataclass(kw_only=True)
class Resource(Registration):
    """A resource that exists; the secrets among its properties are sealed."""

    id: str = ""
    outputs: dict[str, Any] = field(default_factory=dict)
    """What Docker told, beyond the inputs."""
    named: bool = False
    """Whether the engine chose the name."""
    delete: bool = False
    """Replaced by another one, and to be deleted at the end of an update."""
    replacing: bool = False
    """Deleted already, to be replaced; only the record is left."""


@dataclass(frozen=True)
class Operation:
    """A step that has begun; `id` labels the Docker objects that it makes."""

    id: str
    op: Literal["create", "update", "delete"]
    urn: str
    type: str
    custom: bool
    resource_id: str = ""
    replacing: bool = False


@dataclass
class State:
    """The resources of one stack and the steps that were begun and not ended."""

    file: Path
    salt: str = field(default_factory=lambda: secrets.token_hex(16))
    resources: list[Resource] = field(default_factory=list)
    pending: list[Operation] = field(default_factory=list)
    readonly: bool = False
    """In a preview nothing is written."""
    written: bytes = b""
    """What the file holds."""

    @classmethod
    def load(cls, project: Project, *, readonly: bool = False) -> Self:
        """The stack's state; an empty one when there is none yet."""
        state = cls(_file(project), readonly=readonly)
        try:
            state.written = state.file.read_bytes()
        except FileNotFoundError:
            return state
        found = json.loads(state.written)
        if found["version"] != _VERSION:
            raise OfflineError(
                f"{state.file} is of version {found['version']}, which this Slipway "
                "does not read; use the Slipway that wrote it"
            )
        state.salt = found["salt"]
        known = {option.name for option in fields(Resource)}
        for resource in found["resources"]:
            values = {key: from_json(resource[key]) for key in resource if key in known}
            state.resources.append(Resource(**values))
        state.pending = [Operation(**operation) for operation in found["pending"]]
        return state

    def find(self, *urns: str) -> Resource | None:
        """The resource that is now known by the first of `urns` that anything is."""
        living = {each.urn: each for each in self.resources if not each.delete}
        return next((living[urn] for urn in urns if urn in living), None)

    def begin(
        self, op: Literal["create", "update", "delete"], of: Registration, **known: Any
    ) -> Operation:
        """Note a step before it is taken, so that no end of this process loses it."""
        id = secrets.token_hex(8)
        operation = Operation(id, op, of.urn, of.type, of.custom, **known)
        self.pending.append(operation)
        self.save()
        return operation

    def end(self, operation: Operation) -> None:
        """Note, with all that changed in the resources, that the step was taken."""
        self.pending.remove(operation)
        self.save()

    def put(self, resource: Resource, instead: Resource | None) -> None:
        """Record `resource`, in the place of another one or as the latest."""
        if instead in self.resources:
            self.resources[self.resources.index(instead)] = resource
        else:
            self.resources.append(resource)

    def forget(self, resource: Resource, *, replacing: bool = False) -> None:
        """Drop a deleted resource; what is to be replaced keeps its place."""
        resource.replacing = replacing
        if not replacing:
            self.resources.remove(resource)

    def rename(self, resource: Resource, urn: str) -> None:
        """Know `resource` by `urn` from now on, wherever it is referred to."""
        before, resource.urn = resource.urn, urn

        def new(each: str) -> str:
            return urn if each == before else each

        for other in self.resources:
            other.parent = new(other.parent)
            other.provider = other.provider.replace(f"{before}::", f"{urn}::")
            other.dependencies = [new(each) for each in other.dependencies]
            for urns in other.property_dependencies.values():
                urns[:] = [new(each) for each in urns]

    def save(self) -> None:
        """Write all of it, or leave the file as it was."""
        if self.readonly:
            return
        content = {
            "version": _VERSION,
            "salt": self.salt,
            "resources": [to_json(vars(each)) for each in self.resources],
            "pending": [vars(each) for each in self.pending],
        }
        encoded = json.dumps(content, indent=1, sort_keys=True).encode()
        if encoded == self.written:
            return
        try:
            _replace(self.file, encoded)
            self.written = encoded
        except OSError as error:
            raise OfflineError(
                f"the state cannot be written to {self.file} ({error.strerror}); "
                "it is as it was, so set that right and run the same command again"
            ) from None

    def remove(self) -> None:
        """Forget the stack."""
        self.file.unlink(missing_ok=True)


def in_order(resources: list[Resource]) -> list[Resource]:
    """`resources`, each after everything that it needs."""
    by_urn: dict[str, list[Resource]] = {}
    for resource in resources:
        by_urn.setdefault(resource.urn, []).append(resource)
    ordered: dict[int, Resource] = {}
    visited: set[int] = set()

    def visit(resource: Resource) -> None:
        if id(resource) in visited:
            return
        visited.add(id(resource))
        for urn in sorted(resource.needs()):
            for needed in by_urn.get(urn, []):
                visit(needed)
        ordered[id(resource)] = resource

    for resource in resources:
        visit(resource)
    return list(ordered.values())


@contextmanager
def locked(project: Project) -> Iterator[None]:
    """Hold the stack; a second run is told who holds it."""
    file = _file(project)
    holder = file.with_suffix(".holder")
    lock = filelock.FileLock(file.with_suffix(".lock"), timeout=0)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except filelock.Timeout:
        raise OfflineError(
            f"stack {project.stack} is in use by process {_read(holder)}; "
            "wait for its end, or end it"
        ) from None
    except OSError as error:
        raise OfflineError(f"{file.parent} cannot be used ({error.strerror})") from None
    try:
        with suppress(OSError):
            holder.write_text(str(os.getpid()))
        yield
    finally:
        lock.release()


def _read(holder: Path) -> str:
    try:
        return holder.read_text() or "unknown"
    except FileNotFoundError:
        return "unknown"


def _file(project: Project) -> Path:
    return local_state.folder() / project.name / f"{project.stack}.json"


def _replace(file: Path, content: bytes) -> None:
    new = file.with_suffix(".new")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.replace(new, file)
    except OSError:
        new.unlink(missing_ok=True)
        raise
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
