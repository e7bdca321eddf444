"""The sandbox's side of packing: `python -m model_image.convert.worker`."""

import importlib
import sys
import traceback
from math import prod
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec
import pandas as pd

from model_image.server.flavours.frame import frame
from model_image.server.flavours.frame import named as named_outputs
from model_image.server.manifest import (
    ARTIFACTS,
    EXAMPLE,
    MODEL,
    PROFILE,
    Datatype,
    Input,
    ManifestError,
    Output,
)

from . import sample, schema
from .example import example
from .original import Converter, Feature, Original, Unconvertible
from .profile import profile
from .records import records
from .task import Draft, Failure, Task, apart
from .trial import Answers, Trial, attempt

OUTPUT = Path("/output")
PACKAGE = OUTPUT / "package"
ENOUGH = 20
"""Fewer rows say nothing of what training looked like, and make no profile."""
PARITY_ROWS = 1000
PARITY_VALUES = 2_000_000
"""Rows of large tensors are fewer, since they are exchanged as JSON."""


def main() -> None:
    """Write draft.json, or failure.json with one sentence."""
    try:
        task = msgspec.json.decode(Path("/input/task.json").read_bytes(), type=Task)
        draft: Draft | Failure = convert(task)
    except (Unconvertible, ManifestError) as error:
        draft = Failure(str(error))
    except MemoryError:
        draft = Failure("the model needs more memory than it is allowed here")
    except Exception as error:
        traceback.print_exc()
        reason = str(error).strip().partition("\n")[0][:300]
        draft = Failure(f"{type(error).__name__}: {reason}", code_helps=True)
    name = "draft.json" if isinstance(draft, Draft) else "failure.json"
    (OUTPUT / name).write_bytes(msgspec.json.encode(draft))


def convert(task: Task) -> Draft:
    """The package's files, and what is known of the model."""
    module: Any = importlib.import_module(f".{task.converter}", __package__)
    converter: Converter = module
    original = converter.load(task)
    texts = [one.name for one in original.features if one.kind == "text"]
    given = sample.given(task, texts)
    features, rows = schema.settled(original, given, task.columns)
    few = rows.iloc[:: max(1, len(rows) // _parity_rows(features))]
    expected = original.predict(few)
    PACKAGE.mkdir()
    flavour = task.flavour or "onnx"
    if flavour == "onnx":
        trial = _converted(original, expected, few, features, task)
    elif flavour == original.native:
        trial = _kept(original, expected, few, features, task)
    else:
        known = f"onnx or {original.native}" if original.native else "onnx"
        raise Unconvertible(f"this model has no flavour {flavour!r}; it can be {known}")
    outputs = schema.outputs(trial.answers, original.classes, task.class_names)
    _describe(outputs, rows, few, trial, task)
    _write("rows.json", _proof_rows(few, expected, trial, task.tolerance))
    return Draft(
        flavour,
        trial.inputs,
        outputs,
        original.libraries,
        _row_seconds(original, few),
        [*original.requirements] if flavour != "onnx" else [],
        [*trial.notes],
    )


def _converted(
    original: Original,
    expected: Answers,
    rows: pd.DataFrame,
    features: list[Feature],
    task: Task,
) -> Trial:
    """The first of the two number types whose ONNX model answers as the original."""
    # Not at hand where code of the user's own runs.
    from .candidate import OnnxCandidate

    last: Trial | None = None
    tried: list[tuple[Input, ...]] = []
    numbers: tuple[Datatype, ...] = ("FP32", "FP64")
    for number in numbers:
        inputs = schema.inputs(
            features, rows, columnwise=original.columnwise, number=number
        )
        if inputs in tried:
            break
        tried.append(inputs)
        try:
            onnx = original.onnx(inputs)
            run = OnnxCandidate(onnx, inputs).run
            trial = attempt(
                original, expected, rows, features, inputs, run, task.tolerance
            )
        except Unconvertible:
            if last is None:
                raise
            break
        if trial.gap.largest <= task.tolerance:
            (PACKAGE / MODEL).write_bytes(onnx)
            return trial
        last = last if last and last.gap.largest <= trial.gap.largest else trial
    assert last is not None
    raise Unconvertible(
        "the converted model is not the original: "
        f"{apart(last.gap.largest, last.gap.where, task.tolerance)}; "
        f"{_otherwise(original)}"
    )


def _otherwise(original: Original) -> str:
    if original.native:
        return f"pack it as it is with --flavour {original.native}"
    return "run it by a class of your own, with --code, --entry and --requirements"


def _kept(
    original: Original,
    expected: Answers,
    rows: pd.DataFrame,
    features: list[Feature],
    task: Task,
) -> Trial:
    """The model as it is, asked the way the server will ask it."""
    inputs = schema.inputs(
        features, rows, columnwise=original.columnwise, number="FP64"
    )
    outputs = schema.outputs(expected, original.classes, task.class_names)

    def run(arrays: dict[str, Any]) -> Answers:
        return named_outputs(original.predict(frame(arrays, inputs)), outputs)

    original.save(PACKAGE / ARTIFACTS)
    trial = attempt(original, expected, rows, features, inputs, run, task.tolerance)
    if trial.gap.largest > task.tolerance:
        raise Unconvertible(
            "the model answers otherwise when asked through its schema: "
            f"{apart(trial.gap.largest, trial.gap.where, task.tolerance)}"
        )
    return trial


def _describe(
    outputs: tuple[Output, ...],
    rows: pd.DataFrame,
    few: pd.DataFrame,
    trial: Trial,
    task: Task,
) -> None:
    _write(f"package/{EXAMPLE}", example(few, trial.answers, outputs, task.tolerance))
    if task.sample and len(rows) >= ENOUGH:
        _write(f"package/{PROFILE}", profile(rows, trial.answers, outputs))


def _proof_rows(
    few: pd.DataFrame, expected: Answers, trial: Trial, tolerance: float
) -> dict[str, Any]:
    """What the finished package is asked again, by the server's own code."""
    return {
        "tolerance": tolerance,
        "rows": records(few),
        "expected": {name: values.tolist() for name, values in expected.items()},
        "edge_rows": records(trial.edge_rows),
        "edge_expected": {
            name: values.tolist() for name, values in trial.edge_answers.items()
        },
    }


def _parity_rows(features: list[Feature]) -> int:
    values = sum(prod(one.shape) for one in features)
    return max(1, min(PARITY_ROWS, PARITY_VALUES // values))


def _row_seconds(original: Original, rows: pd.DataFrame) -> float:
    """The median of some calls with one row."""
    one = rows.iloc[[0]]
    taken = []
    for _ in range(11):
        start = perf_counter()
        original.predict(one)
        taken.append(perf_counter() - start)
    return sorted(taken)[len(taken) // 2]


def _write(name: str, value: Any) -> None:
    encoded = msgspec.json.format(msgspec.json.encode(value, enc_hook=_plain), indent=2)
    (OUTPUT / name).write_bytes(encoded + b"\n")


def _plain(value: Any) -> Any:
    """NumPy's scalars, where a list of objects holds them."""
    return value.item() if hasattr(value, "item") else str(value)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
