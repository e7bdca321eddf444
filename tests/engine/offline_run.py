"""Runs phases under the offline engine, watched from outside."""

import copy
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from google.protobuf import json_format
from pulumi.runtime.proto import callback_pb2, resource_pb2

from stacks.offline import OfflineError, hooks
from stacks.offline import run as offline
from stacks.offline.docker import Handler, Platform
from stacks.offline.hooks import Hooks
from stacks.offline.progress import Step
from stacks.offline.registration import urn_of
from stacks.offline.state import Resource
from stacks.offline.update import Update
from tests.estate import Estate

from .calls import hook_answer, hook_call
from .recording import Recording, registration, without_secrets
from .scenario import Command


class OfflineRun:
    """The offline engine on an estate's clone; also the progress it reports to."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._run = Recording("done")
        self._now = ""
        self._hooks: dict[str, str] = {}

    def __call__(self, command: Command, stack: str) -> Recording:
        """Run the command, and note all that it asks and does."""
        self._run = run = Recording("done")
        root = self._estate.root
        with (
            mock.patch.dict(os.environ, self._estate.environment),
            self._watched(stack),
        ):
            try:
                match command:
                    case "up":
                        offline.up(root, stack, self)
                    case "preview":
                        offline.preview(root, stack, self)
                    case "destroy":
                        offline.destroy(root, stack, self, remove_data=False)
            except OfflineError as error:
                run.errors = [str(error)]
                run.end = "failed" if run.calls else "refused"
        home = Path(self._estate.environment["SLIPWAY_STATE_HOME"])
        file = home / "slipway" / f"{stack}.json"
        if file.exists():
            state = json.loads(file.read_text())
            run.state = [_resource(each) for each in state["resources"]]
            run.pending = [f"{each['op']} {each['urn']}" for each in state["pending"]]
        return run

    def started(self, step: Step) -> None:
        self._now = step.urn
        diff = {path: step.diff[path].kind for path in sorted(step.diff)}
        keys = sorted(step.reasons)
        self._run.steps.append(
            {"op": step.op, "urn": step.urn, "diff": diff, "keys": keys}
        )

    def finished(self, step: Step) -> None:
        pass

    def failed(self, step: Step, error: str) -> None:
        pass

    def log(self, message: str, urn: str) -> None:
        pass

    @contextmanager
    def _watched(self, stack: str) -> Iterator[None]:
        register, handler = Update.register, Platform.handler
        add, call = Hooks.add, hooks._call

        def watched_register(
            update: Update, request: resource_pb2.RegisterResourceRequest
        ) -> resource_pb2.RegisterResourceResponse:
            urn = urn_of(stack, "slipway", request.parent, request.type, request.name)
            asked = json_format.MessageToDict(request)
            self._run.registrations[urn] = registration(asked)
            return register(update, request)

        def watched_add(
            known: Hooks, hook: resource_pb2.RegisterResourceHookRequest
        ) -> None:
            self._hooks[hook.callback.token] = hook.name
            add(known, hook)

        def watched_call(
            callback: callback_pb2.Callback, request: resource_pb2.ResourceHookRequest
        ) -> str:
            said = hook_call(self._hooks[callback.token], request)
            self._run.calls.append(f"begin {said}")
            error = call(callback, request)
            answer = resource_pb2.ResourceHookResponse(error=error)
            self._run.calls.append(
                f"end {said}{hook_answer(answer.SerializeToString())}"
            )
            return error

        def watched_handler(platform: Platform, type: str, custom: bool = True) -> Any:
            found = handler(platform, type, custom)
            ours = not custom or type.startswith("pulumi:providers:")
            return found if ours else self._noting(found)

        with (
            mock.patch.object(Update, "register", watched_register),
            mock.patch.object(hooks, "_call", watched_call),
            mock.patch.object(Hooks, "add", watched_add),
            mock.patch.object(Platform, "handler", watched_handler),
        ):
            yield

    @contextmanager
    def _note(self, call: str) -> Iterator[None]:
        self._run.calls.append(f"begin {call}")
        try:
            yield
        finally:
            self._run.calls.append(f"end {call}")

    def _noting(self, handler: Handler) -> Handler:
        """A copy of `handler` that notes each of its calls."""
        noting = copy.copy(handler)

        def create(*about: Any) -> Any:
            with self._note(f"create {self._now}"):
                return handler.create(*about)

        def update(old: Resource, *about: Any) -> Any:
            with self._note(f"update {self._now}"):
                return handler.update(old, *about)

        def delete(old: Resource) -> None:
            with self._note(f"delete {old.urn} {old.id}"):
                handler.delete(old)

        vars(noting).update(create=create, update=update, delete=delete)
        return noting


def _resource(kept: dict[str, Any]) -> dict[str, Any]:
    """A resource of the offline engine's state in the form of an exported one."""
    names = {
        "propertyDependencies": "property_dependencies",
        "retainOnDelete": "retain_on_delete",
        "replaceOnChanges": "replace_on_changes",
        "additionalSecretOutputs": "additional_secret_outputs",
    }
    same = (
        *("urn", "type", "custom", "id", "inputs", "outputs", "parent", "provider"),
        *("dependencies", "protect", "hooks", "delete", "replacing"),
    )
    return without_secrets(
        {name: kept[name] for name in same}
        | {name: kept[other] for name, other in names.items()}
    )
