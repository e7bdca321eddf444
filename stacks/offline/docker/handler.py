"""What every type of the local platform can do."""

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..errors import OfflineError
from ..plan import Resource
from ..registration import Registration
from .client import OPERATION, Engine, answered

Inputs = dict[str, Any]
Tell = Callable[[str], None]
"""Takes a line of what goes on."""


@dataclass(frozen=True)
class Made:
    """What Docker made: its ID, and what it tells beyond the inputs."""

    id: str
    outputs: dict[str, Any] = field(default_factory=dict)


class Handler:
    """
    One type. Its rules are those of Docker's provider for Pulumi, where not noted.

    Whatever `create` makes carries the operation's label, so that `undo` finds it.
    """

    known: ClassVar[Collection[str]] = ()
    """The properties it honours; another one is an error."""
    in_place: ClassVar[Collection[str]] = ()
    delete_first: ClassVar[bool] = False
    autonamed: ClassVar[bool] = False
    volatile: ClassVar[Collection[str]] = ()
    """The outputs that an update may change."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def check(self, new: Registration, old: Resource | None) -> Inputs:
        """The inputs, completed; an engine-made name is kept as long as `old` is."""
        if unknown := sorted(set(new.inputs) - set(self.known)):
            raise OfflineError(
                f"{new.type} {new.name} has {unknown[0]}, "
                "which the offline engine does not know"
            )
        if "name" in new.inputs or not self.autonamed:
            return new.inputs
        kept = old.inputs["name"] if old and old.named else None
        return {**new.inputs, "name": kept or f"{new.name}-{secrets.token_hex(4)[:7]}"}

    def comparable(self, inputs: Inputs) -> Inputs:
        return inputs

    def create(self, inputs: Inputs, operation: str, tell: Tell) -> Made:
        """Make it; `inputs` hold no secret, and `tell` takes the lines of a build."""
        raise NotImplementedError

    def update(self, old: Resource, inputs: Inputs, tell: Tell) -> dict[str, Any]:
        """Change it in place; returns the outputs."""
        return old.outputs

    def delete(self, old: Resource) -> None:
        """Delete it; what is gone already is deleted."""
        self.remove(old.id)

    def undo(self, operation: str) -> None:
        """Delete what `operation` made, if it made anything."""
        with answered("undoing a step"):
            for id in self.listed({"label": f"{OPERATION}={operation}"}):
                self.remove(id)

    def gone(self, recorded: list[Resource]) -> list[Resource]:
        """Those of this type's recorded resources that Docker no longer has."""
        with answered("listing what there is"):
            there = set(self.listed({}))
        return [one for one in recorded if self.docker_id(one) not in there]

    def docker_id(self, recorded: Resource) -> str:
        """What Docker lists it by."""
        return recorded.id

    def listed(self, filters: dict[str, str]) -> list[str]:
        """The IDs of those that Docker's `filters` let through."""
        return []

    def remove(self, id: str) -> None:
        """Delete it by its ID, if it is there."""


class ComponentHandler(Handler):
    """A component is its children and has nothing of its own."""

    def check(self, new: Registration, old: Resource | None) -> Inputs:
        return new.inputs

    def comparable(self, inputs: Inputs) -> Inputs:
        return {}

    def create(self, inputs: Inputs, operation: str, tell: Tell) -> Made:
        return Made("")


class ProviderHandler(Handler):
    """A provider has no object; it may only point where this engine works anyway."""

    known = in_place = ("host", "version")

    def check(self, new: Registration, old: Resource | None) -> Inputs:
        inputs = super().check(new, old)
        # docker-build's SDK sends an empty host when DOCKER_HOST is not set.
        if inputs.get("host") not in (None, "", self.engine.host):
            raise OfflineError(
                f"provider {new.name} is for {inputs['host']}, and the offline engine "
                f"works on {self.engine.host}; set DOCKER_HOST"
            )
        return inputs

    def create(self, inputs: Inputs, operation: str, tell: Tell) -> Made:
        return Made(operation)

    def gone(self, recorded: list[Resource]) -> list[Resource]:
        return []
