"""Pulumi's side of the conversation with a program, over Pulumi's own protocol."""

import queue
from collections.abc import Callable
from typing import Any, Protocol

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
)

from .errors import OfflineError
from .hooks import Hooks

Log = Callable[[str, str], None]
"""Takes a message and the URN it is about, from any thread."""

Context = grpc.ServicerContext

Reply = queue.SimpleQueue[Any]
"""Takes the one answer to a call."""

OFFLINE = "slipway/offline"
"""The feature by which a program tells this engine from Pulumi's."""
DECLARE = "slipway/declare"
"""The feature by which it learns that nothing will be run at all."""
_SUPPORTED = [
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
]


class Engine(Protocol):
    """What decides; it is only ever called from the thread that runs the program."""

    dry_run: bool
    features: frozenset[str]
    hooks: Hooks

    def register(
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Bring one resource to the state that the program asks for."""
        ...

    def outputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> None:
        """Keep the outputs of a component or of the stack."""
        ...

    def finish(self) -> None:
        """The program has registered everything, without an error."""
        ...


class Monitor(
    resource_pb2_grpc.ResourceMonitorServicer, engine_pb2_grpc.EngineServicer
):
    """
    Hands each call of the program to one thread, `inbox`, and waits for the answer.

    So steps are taken one at a time, and Ctrl-C reaches the step that runs.
    """

    def __init__(self, engine: Engine, log: Log) -> None:
        # Simple queues, because Ctrl-C in the middle of them leaves no lock held.
        self.inbox: queue.SimpleQueue[tuple[Callable[[], Any], Reply]]
        self.inbox = queue.SimpleQueue()
        self.closed = self.finished = False
        self.errors: list[str] = []
        self._engine, self._log = engine, log

    def _ask(self, context: Context, work: Callable[[], Any]) -> Any:
        reply: Reply = queue.SimpleQueue()
        self.inbox.put((work, reply))
        while not self.closed:
            try:
                return reply.get(timeout=0.2)
            except queue.Empty:
                continue
        context.abort(grpc.StatusCode.UNAVAILABLE, "the engine has stopped")

    def _never(self, context: Context, what: str) -> Any:
        def refuse() -> None:
            raise OfflineError(f"{what}, which the offline engine does not do")

        return self._ask(context, refuse)

    def GetDeploymentInfo(self, request: Any, context: Context) -> Any:
        return resource_pb2.DeploymentInfo(supportedFeatures=_SUPPORTED)

    def SupportsFeature(self, request: Any, context: Context) -> Any:
        known = request.id in self._engine.features
        return resource_pb2.SupportsFeatureResponse(hasSupport=known)

    def RegisterResource(self, request: Any, context: Context) -> Any:
        return self._ask(context, lambda: self._engine.register(request))

    def RegisterResourceOutputs(self, request: Any, context: Context) -> Any:
        self._ask(context, lambda: self._engine.outputs(request))
        return empty_pb2.Empty()

    def RegisterResourceHook(self, request: Any, context: Context) -> Any:
        self._ask(context, lambda: self._engine.hooks.add(request))
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: Any, context: Context) -> Any:
        self._ask(context, self._engine.finish)
        self.finished = True
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Context) -> Any:
        return self._never(context, f"the program calls {request.tok}")

    def ReadResource(self, request: Any, context: Context) -> Any:
        return self._never(context, f"the program reads {request.type} {request.id}")

    def Log(self, request: Any, context: Context) -> Any:
        if request.severity >= engine_pb2.ERROR:
            self.errors.append(request.message)
        elif request.severity > engine_pb2.DEBUG:
            self._log(request.message.rstrip(), request.urn)
        return empty_pb2.Empty()
