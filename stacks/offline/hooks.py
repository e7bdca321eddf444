"""The program's own functions that run around a step."""

import queue
import threading
from typing import Any

import grpc
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from .errors import HookFailed, OfflineError
from .registration import Registration
from .values import encode


class Hooks:
    """What the program registered, by name; runs them in the program's process."""

    def __init__(self) -> None:
        self._known: dict[str, resource_pb2.RegisterResourceHookRequest] = {}

    def add(self, hook: resource_pb2.RegisterResourceHookRequest) -> None:
        """Know `hook` from now on."""
        if hook.name in self._known:
            raise OfflineError(f"two resource hooks are called {hook.name!r}")
        self._known[hook.name] = hook

    def run(
        self,
        when: str,
        resource: Registration,
        *,
        id: str,
        dry_run: bool = False,
        **properties: dict[str, Any],
    ) -> list[str]:
        """
        Run what `resource` binds to `when`; returns the errors that may be ignored.

        `properties` are new_inputs, old_inputs, new_outputs and old_outputs, as far as
        the moment has them.
        """
        ignored = []
        for name in resource.hooks.get(when, []):
            if name not in self._known:
                raise HookFailed(f"hook {name!r} was not registered")
            hook = self._known[name]
            if dry_run and not hook.on_dry_run:
                continue
            request = resource_pb2.ResourceHookRequest(
                urn=resource.urn,
                id=id,
                name=resource.name,
                type=resource.type,
            )
            for key, values in properties.items():
                getattr(request, key).CopyFrom(encode(values))
            if error := _call(hook.callback, request):
                told = f"{when.split('_')[0]} hook {name!r} failed: {error}"
                if not hook.ignore_errors:
                    raise HookFailed(told)
                ignored.append(told)
        return ignored


def _call(
    callback: callback_pb2.Callback, request: resource_pb2.ResourceHookRequest
) -> str:
    """The error's text; empty when the hook had nothing against it."""
    # Ctrl-C is raised in the main thread wherever that is. Inside gRPC it would leave a
    # lock held; a simple queue is written in C and has nothing to leave.
    errors: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(
        target=lambda: errors.put(_invoke(callback, request)), daemon=True
    ).start()
    return errors.get()


def _invoke(
    callback: callback_pb2.Callback, request: resource_pb2.ResourceHookRequest
) -> str:
    asked = callback_pb2.CallbackInvokeRequest(
        token=callback.token, request=request.SerializeToString()
    )
    try:
        with grpc.insecure_channel(callback.target) as channel:
            answer = callback_pb2_grpc.CallbacksStub(channel).Invoke(asked)
    except grpc.RpcError:
        return "the program ended while it ran"
    return resource_pb2.ResourceHookResponse.FromString(answer.response).error
