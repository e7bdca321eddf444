"""The request stored with a model, the answer it must give, and how they compare."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Example:
    """A request to /predict, and its answer less what changes from call to call."""

    request: Any
    response: Any
    tolerance: float


class ExampleError(Exception):
    """A stored example that cannot be used; the message is one sentence."""


def read_example(path: Path) -> Example:
    """The example in this file, checked for its three keys only."""
    try:
        stored = json.loads(path.read_bytes())
        example = Example(
            stored["request"], stored["response"], float(stored["tolerance"])
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExampleError(
            f"{path} is not a stored example ({type(error).__name__}: {error}); it "
            "needs `request`, `response` and `tolerance`"
        ) from None
    if len(stored) > 3:
        raise ExampleError(f"{path} has more than `request`, `response`, `tolerance`")
    return example


def comparable(answer: Any) -> Any:
    """An answer of /predict without what names the call or the model."""
    if not isinstance(answer, dict):
        return answer
    return {key: answer[key] for key in answer if key not in ("id", "model")}


def differences(
    expected: Any, got: Any, tolerance: float, path: str = "$"
) -> list[str]:
    """
    Where two JSON values differ, one line each; none when they agree.

    Floats may differ by `tolerance`, relative above 1; everything else is exact.
    """
    if isinstance(expected, dict) and isinstance(got, dict):
        lines = [
            _line(f"{path}.{key}", expected.get(key, _NOTHING), got.get(key, _NOTHING))
            for key in sorted(expected.keys() ^ got.keys())
        ]
        for key in sorted(expected.keys() & got.keys()):
            lines += differences(expected[key], got[key], tolerance, f"{path}.{key}")
        return lines
    if isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            return [f"{path}: expected {len(expected)} items, got {len(got)}"]
        return [
            line
            for index, pair in enumerate(zip(expected, got, strict=True))
            for line in differences(*pair, tolerance, f"{path}[{index}]")
        ]
    if _agree(expected, got, tolerance):
        return []
    return [_line(path, expected, got)]


_NOTHING = object()


def _agree(expected: Any, got: Any, tolerance: float) -> bool:
    kinds = {type(expected), type(got)}
    if kinds <= {int, float} and float in kinds:
        return abs(expected - got) <= tolerance * max(1.0, abs(expected))
    return len(kinds) == 1 and expected == got


def _line(path: str, expected: Any, got: Any) -> str:
    return f"{path}: expected {_shown(expected)}, got {_shown(got)}"


def _shown(value: Any) -> str:
    return "nothing" if value is _NOTHING else json.dumps(value)
