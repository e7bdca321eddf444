"""Jobs to run in tests, in this process as the image runs them."""

import io
import json
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from model_image.server.batch.command import main

ROOT = Path(__file__).parents[4]
WINE = ROOT / "model_image" / "example" / "package"


@dataclass(frozen=True)
class Ran:
    """What a job left behind."""

    code: int
    out: bytes
    said: list[dict[str, Any]]

    @property
    def error(self) -> str:
        return self.said[-1]["error"]


@pytest.fixture
def handlers() -> Iterator[None]:
    """Puts back who hears of signals."""
    kept = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def batch(
    handlers: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> Callable[..., Ran]:
    """Runs `batch ARGUMENTS` in a folder of its own, on the example unless told."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLIPWAY_THREADS", "2")

    def run(*arguments: str, model: Path = WINE, stdin: bytes = b"") -> Ran:
        monkeypatch.setenv("SLIPWAY_MODEL", str(model))
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(arguments)
        out, err = capfdbinary.readouterr()
        return Ran(code, out, [json.loads(line) for line in err.splitlines()])

    return run


@pytest.fixture
def wine_columns() -> list[str]:
    """What the example calls the values of a row."""
    manifest = json.loads((WINE / "model.json").read_bytes())
    return [column["name"] for column in manifest["inputs"][0]["columns"]]


@pytest.fixture
def wine_csv(wine_columns: list[str]) -> Callable[[int], str]:
    """A CSV of so many rows that differ, each with an id that looks like a number."""
    bounds = json.loads((WINE / "model.json").read_bytes())["inputs"][0]["columns"]

    def made(rows: int) -> str:
        lines = [",".join(["id", *wine_columns])]
        for row in range(rows):
            share = (row * 37 % 101) / 101
            cells = [f"{c['low'] + (c['high'] - c['low']) * share:.2f}" for c in bounds]
            lines.append(",".join([f"{row:05}", *cells]))
        return "\n".join(lines) + "\n"

    return made
