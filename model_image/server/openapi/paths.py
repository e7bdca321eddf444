"""Every path of the port that callers use."""

import json
from dataclasses import dataclass
from typing import Any

from ..example import Example
from ..manifest import Manifest
from . import calls, rows, tensors
from .operation import Operation, asked, guarded, probed, told, with_example
from .values import Schema

_LARGEST_EXAMPLE = 20_000
"""Characters; a longer request is no help to a reader."""
_TEXT: Schema = {"type": "string"}
_TRUTH: Schema = {"type": "boolean"}
_LIST: Schema = {"type": "array"}


@dataclass(frozen=True)
class Paths:
    """The paths of one model; `tokens` where callers must show one."""

    manifest: Manifest
    example: Example
    tokens: bool

    @property
    def all(self) -> dict[str, Any]:
        """The operations of each path, by method; what matters most comes first."""
        base = f"/v2/models/{self.manifest.name}"
        bases = (base, f"{base}/versions/{self.manifest.version}")
        paths = {"/predict": {"post": self._predict()}}
        paths |= {f"{base}/infer": {"post": self._infer()} for base in bases}
        paths |= {base: {"get": self._metadata()} for base in bases}
        ready = probed("Whether the model is ready", {"name": _TEXT, "ready": _TRUTH})
        paths |= {f"{base}/ready": {"get": ready} for base in bases}
        return paths | self._server()

    def _predict(self) -> Operation:
        operation = self._guarded(asked("Answers for rows of columns", "Predict"))
        if not self._shown:
            return operation
        request, response = self.example.request, self.example.response
        model = {"name": self.manifest.name, "version": self.manifest.version}
        answer = {**response, "model": model, "id": "example-1"}
        samples = calls.predict(request, guarded=self.tokens)
        return with_example(operation, samples, request, answer)

    def _infer(self) -> Operation:
        summary = "Answers for tensors, by the Open Inference Protocol, version 2"
        operation = self._guarded(asked(summary, "Infer", binary=True))
        if not self._shown:
            return operation
        row = rows.first_row(self.example.request, self.manifest)
        request = tensors.example(self.manifest, row)
        samples = calls.infer(self.manifest.name, request, guarded=self.tokens)
        return with_example(operation, samples, request)

    def _metadata(self) -> Operation:
        named = {"name": _TEXT, "platform": _TEXT, "versions": _LIST}
        tensors_told = {"inputs": _LIST, "outputs": _LIST}
        return self._guarded(told("The model's tensors", named | tensors_told))

    def _server(self) -> dict[str, Any]:
        """What every server has."""
        live = {"live": _TRUTH}
        ready = {"live": _TRUTH, "ready": _TRUTH, "state": _TEXT}
        about = {"name": _TEXT, "version": _TEXT, "extensions": _LIST}
        index = told("What there is", {"model": {"type": "object"}})
        operations = {
            "/v2/health/ready": probed("Whether new callers should come here", ready),
            "/v2/health/live": probed("Whether waiting still makes sense", live),
            "/v2/health/startup": probed("Whether it has started", {"started": _TRUTH}),
            "/v2": told("The protocol it speaks", about),
            "/": self._guarded(index),
        }
        return {path: {"get": operation} for path, operation in operations.items()}

    def _guarded(self, operation: Operation) -> Operation:
        return guarded(operation) if self.tokens else operation

    @property
    def _shown(self) -> bool:
        return len(json.dumps(self.example.request)) < _LARGEST_EXAMPLE
