"""Packages to test with, and real servers that serve them."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import msgspec
import pytest
from onnx import TensorProto, helper

from model_image.server.manifest import (
    EXAMPLE,
    MANIFEST,
    MODEL,
    Column,
    Input,
    Manifest,
    Output,
    file_digest,
)

ROOT = Path(__file__).parents[2]
WINE = ROOT / "model_image" / "example" / "package"


@dataclass
class Running:
    """A server process, with the lines it has written so far."""

    process: subprocess.Popen[str]
    lines: list[dict[str, Any]] = field(default_factory=list)

    def until(self, event: str) -> dict[str, Any]:
        """Read its log up to this event."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(json.loads(line))
            if self.lines[-1]["event"] == event:
                return self.lines[-1]
        raise AssertionError(f"no {event!r} in {self.lines}")

    @property
    def ports(self) -> list[int]:
        return next(each["ports"] for each in self.lines if "ports" in each)

    @property
    def client(self) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.ports[0]}", timeout=10)

    def signal(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def read(self) -> None:
        """Read its log to the end."""
        assert self.process.stdout
        self.lines += [json.loads(line) for line in self.process.stdout]

    def exit_code(self) -> int:
        self.read()
        return self.process.wait(20)


def started(folder: Path, **env: str) -> Running:
    environment = {
        "PATH": os.environ["PATH"],
        "SLIPWAY_HOST": "127.0.0.1",
        "SLIPWAY_PORT": "0",
        "SLIPWAY_METRICS_PORT": "0",
        "SLIPWAY_MODEL": str(folder),
        "SLIPWAY_THREADS": "1",
        "SLIPWAY_DRAIN_SECONDS": "0.3",
        **env,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "model_image.server"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Running(process)


@pytest.fixture
def start() -> Iterator[Callable[..., Running]]:
    """Starts servers, and ends what the test left running."""
    running: list[Running] = []

    def starting(folder: Path, **env: str) -> Running:
        running.append(started(folder, **env))
        return running[-1]

    yield starting
    for each in running:
        each.process.kill()
        each.process.wait()
        assert each.process.stdout
        each.process.stdout.close()


@pytest.fixture(scope="session")
def wine_server() -> Iterator[Running]:
    """One server of the example, for tests that only ask it things."""
    server = started(WINE)
    server.until("ready")
    # A pipe that nobody empties fills up, and the server would wait for it.
    reader = Thread(target=server.read)
    reader.start()
    yield server
    server.signal()
    reader.join()
    assert server.exit_code() == 0
    assert server.process.stdout
    server.process.stdout.close()


@pytest.fixture
def wine(wine_server: Running) -> Iterator[httpx.Client]:
    """A client of the example's server."""
    with wine_server.client as client:
        yield client


@pytest.fixture
def wine_rows() -> list[dict[str, float]]:
    """A request's worth of rows that the example knows the answer to."""
    return json.loads((WINE / EXAMPLE).read_bytes())["request"]["rows"]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the example to break, without what was measured of the original."""
    left_out = shutil.ignore_patterns("evidence.json")
    return Path(shutil.copytree(WINE, tmp_path / "wine", ignore=left_out))


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A package of a model that takes a tensor per column, of different types."""
    folder = tmp_path / "mixed"
    folder.mkdir()
    column = [None, 1]
    graph = helper.make_graph(
        [
            helper.make_node("Add", ["age", "age"], ["doubled"]),
            helper.make_node("Identity", ["city"], ["where"]),
        ],
        "mixed",
        [
            helper.make_tensor_value_info("age", TensorProto.FLOAT, column),
            helper.make_tensor_value_info("city", TensorProto.STRING, column),
        ],
        [
            helper.make_tensor_value_info("doubled", TensorProto.FLOAT, column),
            helper.make_tensor_value_info("where", TensorProto.STRING, column),
        ],
    )
    opsets = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    (folder / MODEL).write_bytes(model.SerializeToString())
    example = {
        "request": {"age": 21, "city": "Bergen"},
        "response": {"predictions": [{"doubled": 42.0, "where": "Bergen"}]},
        "tolerance": 0,
    }
    (folder / EXAMPLE).write_text(json.dumps(example))
    manifest = Manifest(
        schema=1,
        name="mixed",
        version="0.1.0",
        description="Doubles an age and repeats a city.",
        licence="none",
        source="none",
        flavour="onnx",
        inputs=(
            Input("age", "FP32", (-1, 1), (Column("age", missing=True),)),
            Input("city", "BYTES", (-1, 1), (Column("city"),)),
        ),
        outputs=(
            Output("doubled", "FP32", (-1, 1)),
            Output("where", "BYTES", (-1, 1)),
        ),
        files={name: file_digest(folder / name) for name in (MODEL, EXAMPLE)},
    )
    (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    return folder


def rewrite(path: Path, **changes: Any) -> None:
    """Change some keys of a JSON file."""
    path.write_text(json.dumps(json.loads(path.read_bytes()) | changes))


@pytest.fixture
def repack() -> Callable[..., None]:
    """Changes a package's example or manifest, and lists the right digests again."""

    def repacked(folder: Path, example: dict[str, Any], **manifest: Any) -> None:
        if example:
            rewrite(folder / EXAMPLE, **example)
        files = json.loads((folder / MANIFEST).read_bytes())["files"]
        digests = {name: file_digest(folder / name) for name in files}
        rewrite(folder / MANIFEST, **({"files": digests} | manifest))

    return repacked
