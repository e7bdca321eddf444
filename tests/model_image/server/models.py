"""Models for tests of what runs them, where a real one would hide what is tested."""

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from model_image.server.manifest import Input, Manifest, Output
from model_image.server.metrics import Metrics
from model_image.server.profile import Profile
from model_image.server.settings import Limits

Arrays = dict[str, np.ndarray[Any, np.dtype[Any]]]

MANIFEST = Manifest(
    schema=1,
    name="doubler",
    version="1.0.0",
    description="Doubles.",
    licence="Apache-2.0",
    source="tests",
    flavour="onnx",
    inputs=(Input("x", "FP32", (-1, 1)),),
    outputs=(Output("y", "FP32", (-1, 1)), Output("z", "FP32", (-1, 1))),
    files={name: "sha256:" + "0" * 64 for name in ("model.onnx", "example.json")},
)
LIMITS = Limits(
    threads=1, batch_rows=128, queue_seconds=10, request_seconds=10, stuck_seconds=60
)


class Doubler:
    """y is twice x and z three times; remembers how it was asked."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.runs: list[int] = []
        self.threads: list[threading.Thread] = []
        self.seconds = seconds
        self.go = threading.Event()
        self.go.set()
        self.before: Callable[[Arrays], None] = lambda arrays: None

    def run(self, arrays: Arrays, outputs: tuple[str, ...] | None = None) -> Arrays:
        """The model's answer, once `go` is set."""
        self.runs.append(len(arrays["x"]))
        self.threads.append(threading.current_thread())
        self.go.wait(20)
        time.sleep(self.seconds)
        self.before(arrays)
        given = {"y": arrays["x"] * 2, "z": arrays["x"] * 3}
        return {name: given[name] for name in outputs or given}


def rows(*values: float) -> Arrays:
    """A request for these values."""
    return {"x": np.array(values, np.float32).reshape(-1, 1)}


def metrics() -> Metrics:
    """The counts of a server of MANIFEST."""
    return Metrics(MANIFEST, Profile(0, {}, {}))
