"""Brings what exists to what the program registers, one step after the other."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pulumi.runtime.proto import resource_pb2

from . import plan
from .docker import Made, Platform, answered
from .docker.handler import Handler, Tell
from .errors import HookFailed, OfflineError
from .hooks import Hooks
from .progress import Progress, Step, Summary
from .project import Project
from .recovery import lost
from .registration import ROOT_TYPE, Registration, Registrations
from .state import Resource, State, in_order
from .values import Secret, decode, encode, revealed, sealed

_UNSUPPORTED = ("customTimeouts", "deletedWith", "import", "remote") + (
    "replaceWith",
    "replacementTrigger",
)


class Update:
    """
    One `up`, or one preview, in which nothing is done or written.

    The state on disk is true before and after every step. A hook that fails after a
    creation or an update leaves the resource recorded, as with Pulumi.
    """

    features: frozenset[str] = frozenset()

    def __init__(
        self, project: Project, state: State, platform: Platform, progress: Progress
    ) -> None:
        self.dry_run = state.readonly
        self.hooks = Hooks()
        self.steps: list[Step] = []
        self.stack_outputs: dict[str, Any] = {}
        self._state, self._platform, self._progress = state, platform, progress
        self._registrations = Registrations(project)
        for resource in lost(state, platform):
            progress.log(f"{resource.name} is gone from Docker", resource.urn)
            state.forget(resource)

    def register(
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        new = self._registrations.read(request)
        if refused := [name for name in _UNSUPPORTED if name in new.other_options]:
            raise OfflineError(f"{new.name} has {refused[0]}: that needs the Pulumi CLI")
        old = self._state.find(new.urn, *new.aliases)
        if old and old.urn != new.urn:
            self._state.rename(old, new.urn)
        made = self._bring(new, old)
        shown = {**new.inputs, **made.outputs}
        for name in set(new.additional_secret_outputs) & shown.keys():
            shown[name] = Secret(shown[name])
        return resource_pb2.RegisterResourceResponse(
            urn=new.urn, id=made.id, object=encode(shown)
        )

    def _bring(self, new: Registration, old: Resource | None) -> Made:
        handler = self._platform.handler(new.type, new.custom)
        declared = new.inputs
        new.inputs = handler.check(new, old)
        decided = plan.decide(old, self._record(new), handler)
        if decided.op == "replace":
            new.inputs = declared
            new.inputs = handler.check(new, None)
        record = self._record(new)
        record.named = handler.autonamed and "name" not in declared
        step = Step(
            decided.op, new.urn, new.type, new.name, decided.diff, decided.reasons
        )
        if decided.op == "replace" and decided.delete_first and old:
            self._delete_with_dependents(old)
        with self._taking(step):
            if decided.op == "same" and old:
                return self._same(old, record)
            if decided.op == "update" and old:
                return self._update(handler, new, old, record)
            return self._create(handler, new, old, record)

    def _record(self, new: Registration) -> Resource:
        values = {**vars(new), "inputs": sealed(new.inputs, self._state.salt)}
        return Resource(**values)

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
        self.steps.append(step)
        self._progress.finished(step)

    def _same(self, old: Resource, record: Resource) -> Made:
        record.id, record.outputs = old.id, old.outputs
        if record != old:
            self._state.put(record, old)
            self._state.save()
        return Made(old.id, old.outputs)

    def _create(
        self,
        handler: Handler,
        new: Registration,
        old: Resource | None,
        record: Resource,
    ) -> Made:
        self._run_hooks("before_create", new, new_inputs=new.inputs)
        if self.dry_run:
            made = Made("")
        else:
            operation = self._state.begin("create", new)
            made = handler.create(revealed(new.inputs), operation.id, self._tell(new))
        record.id, record.outputs = made.id, made.outputs
        ...


    def _tell(self, about: Registration) -> Tell:
        return lambda line: self._progress.log(line, about.urn)
