"""Brings what exists to what the program registers, one step after the other."""

from typing import Any

from pulumi.runtime.proto import resource_pb2

from . import plan
from .destroy import refuse_protected
from .errors import OfflineError
from .monitor import OFFLINE
from .progress import Step
from .project import Project
from .registration import ROOT_TYPE, Registration, Registrations
from .state import Resource, State, in_order
from .steps import Steps
from .values import Secret, decode, encode, sealed

_UNSUPPORTED = {"customTimeouts", "deletedWith", "import", "remote", "replaceWith"} | {
    "replacementTrigger"
}


class Update:
    """One `up`, or one preview: decides what each registration needs."""

    features = frozenset({OFFLINE})

    def __init__(self, project: Project, state: State, steps: Steps) -> None:
        self.dry_run = state.readonly
        self.hooks = steps.hooks
        self.stack_outputs: dict[str, Any] = {}
        self._state, self._steps = state, steps
        self._registrations = Registrations(project)

    def register(
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        new = self._registrations.read(request)
        if refused := sorted(_UNSUPPORTED & new.other_options.keys()):
            raise OfflineError(
                f"{new.name} has {refused[0]}: that needs the Pulumi CLI"
            )
        old = self._state.find(new.urn, *new.aliases)
        if old and old.urn != new.urn:
            self._state.rename(old, new.urn)
        record = self._bring(new, old)
        shown = {**new.inputs, **record.outputs}
        for name in shown.keys() & set(new.additional_secret_outputs):
            shown[name] = Secret(shown[name])
        return resource_pb2.RegisterResourceResponse(
            urn=new.urn, id=record.id, object=encode(shown)
        )

    def _bring(self, new: Registration, old: Resource | None) -> Resource:
        handler = self._steps.platform.handler(new.type, new.custom)
        declared = new.inputs
        new.inputs = handler.check(new, old)
        decided = plan.decide(old, self._record(new), handler)
        if decided.op == "replace":
            # A new one gets a new name, where the name is the engine's to choose.
            new.inputs = declared
            new.inputs = handler.check(new, None)
        record = self._record(new)
        record.named = handler.autonamed and "name" not in declared
        step = Step(
            decided.op, new.urn, new.type, new.name, decided.diff, decided.reasons
        )
        match decided.op:
            case "same" if old:
                self._steps.same(step, record, old)
            case "update" if old:
                self._steps.update(step, new, record, old)
            case _:
                if old and decided.delete_first and not old.replacing:
                    self._delete_first(old)
                self._steps.create(step, new, record, old)
        return record

    def _record(self, new: Registration) -> Resource:
        return Resource(**{**vars(new), "inputs": sealed(new.inputs, self._state.salt)})

    def _delete_first(self, root: Resource) -> None:
        going = plan.dependents(
            root,
            self._state.resources,
            self._registrations.seen,
            lambda type: self._steps.platform.handler(type),
        )
        refuse_protected(going)
        for resource in [*reversed(going), root]:
            if not resource.replacing:
                self._steps.delete(
                    resource,
                    replacing=not resource.delete,
                    keep=resource.retain_on_delete,
                )

    def outputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> None:
        if self._registrations.seen[request.urn].type == ROOT_TYPE:
            self.stack_outputs = decode(request.outputs)

    def finish(self) -> None:
        """Delete what was replaced or is registered no longer; keep the outputs."""
        seen = self._registrations.seen
        ordered = in_order(self._state.resources)
        refuse_protected(r for r in ordered if not r.delete and r.urn not in seen)
        for resource in reversed(ordered):
            if resource.replacing:
                self._state.forget(resource)
            elif resource.delete or resource.urn not in seen:
                self._steps.delete(resource, keep=resource.retain_on_delete)
        for resource in self._state.resources:
            if resource.type == ROOT_TYPE:
                resource.outputs = sealed(self.stack_outputs, self._state.salt)
        self._state.save()
