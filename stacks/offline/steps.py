"""Takes single steps, each with its hooks around it and the state true at its end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .docker import Handler, Platform, Tell, answered
from .errors import HookFailed
from .hooks import Hooks
from .progress import Progress, Step
from .registration import Registration
from .state import Operation, Resource, State
from .values import revealed


class Steps:
    """
    What may be done to a resource; `new` becomes its record.

    In a preview nothing is done or written, and only the hooks that ask for it run. A
    hook that fails after a creation or an update leaves the resource recorded, as with
    Pulumi; whatever else fails leaves the state as if the step had not begun.
    """

    def __init__(self, state: State, platform: Platform, progress: Progress) -> None:
        self.hooks = Hooks()
        self.taken: list[Step] = []
        self.platform = platform
        self._state, self._progress = state, progress

    def same(self, step: Step, new: Resource, old: Resource) -> None:
        """Nothing to do; a changed option is recorded."""
        with self._taking(step):
            new.id, new.outputs = old.id, old.outputs
            if new != old:
                self._state.put(new, old)
                self._state.save()

    def create(
        self, step: Step, asked: Registration, new: Resource, old: Resource | None
    ) -> None:
        """Make it; an `old` one that still exists waits for its deletion."""
        with self._taking(step):
            told = {"new_inputs": asked.inputs}
            self._hook("before_create", asked, "", **told)
            operation = self._state.begin("create", asked)
            if not self._state.readonly:
                made = self._handler(asked).create(
                    revealed(asked.inputs), operation.id, self._tell(asked)
                )
                new.id, new.outputs = made.id, made.outputs
            told["new_outputs"] = {**asked.inputs, **new.outputs}
            with self._recording(
                operation, new, old if old and old.replacing else None
            ):
                if old:
                    old.delete = True
                self._hook("after_create", asked, new.id, **told)

    def update(
        self, step: Step, asked: Registration, new: Resource, old: Resource
    ) -> None:
        """Change it in place."""
        with self._taking(step):
            new.id, handler = old.id, self._handler(asked)
            told = {"new_inputs": asked.inputs, "old_inputs": old.inputs}
            told["old_outputs"] = {**old.inputs, **old.outputs}
            self._hook("before_update", asked, old.id, **told)
            operation = self._state.begin("update", asked, resource_id=old.id)
            if self._state.readonly:
                kept = old.outputs.keys() - set(handler.volatile)
                new.outputs = {name: old.outputs[name] for name in kept}
            else:
                inputs = revealed(asked.inputs)
                tell = self._tell(asked)
                new.outputs = handler.update(old, inputs, tell)
            told["new_outputs"] = {**asked.inputs, **new.outputs}
            with self._recording(operation, new, old):
                self._hook("after_update", asked, old.id, **told)

    def delete(
        self, old: Resource, *, replacing: bool = False, keep: bool = False
    ) -> None:
        """Delete it, or only forget it where it is to be kept."""
        op = "delete-replaced" if old.delete or replacing else "delete"
        with self._taking(Step(op, old.urn, old.type, old.name)):
            told = {
                "old_inputs": old.inputs,
                "old_outputs": {**old.inputs, **old.outputs},
            }
            self._hook("before_delete", old, old.id, **told)
            operation = self._state.begin(
                "delete", old, resource_id=old.id, replacing=replacing
            )
            if not (keep or self._state.readonly):
                self._handler(old).delete(old)
            try:
                self._hook("after_delete", old, old.id, **told)
            finally:
                self._state.forget(old, replacing=replacing)
                self._state.end(operation)

    @contextmanager
    def _recording(
        self, operation: Operation, new: Resource, instead: Resource | None
    ) -> Iterator[None]:
        """Record `new` when the hooks inside have run, also when one of them fails."""
        refused = None
        try:
            yield
        except HookFailed as error:
            refused = error
        self._state.put(new, instead)
        self._state.end(operation)
        if refused:
            raise refused

    @contextmanager
    def _taking(self, step: Step) -> Iterator[None]:
        begun = time.monotonic()
        self._progress.started(step)
        try:
            with answered(f"{step.op} of {step.name}"):
                yield
        except BaseException as error:
            step.seconds = time.monotonic() - begun
            self._progress.failed(step, str(error) or "interrupted")
            raise
        step.seconds = time.monotonic() - begun
        self.taken.append(step)
        self._progress.finished(step)

    def _hook(
        self, when: str, of: Registration, id: str, **told: dict[str, Any]
    ) -> None:
        for ignored in self.hooks.run(
            when, of, id=id, dry_run=self._state.readonly, **told
        ):
            self._progress.log(ignored, of.urn)

    def _handler(self, of: Registration) -> Handler:
        return self.platform.handler(of.type, of.custom)

    def _tell(self, about: Registration) -> Tell:
        return lambda line: self._progress.log(line, about.urn)
