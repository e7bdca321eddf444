"""The sandbox's second look: the finished package under the server's own code.

Runs in the environment that the package will be served in, with nothing of the
original: what it finds is evidence that no converter can have made up.
"""

import gc
import resource
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec
import numpy as np

from model_image.server import predict
from model_image.server.manifest import Manifest, ManifestError, Output, read_manifest
from model_image.server.values import DTYPES, Array
from model_image.server.warmup import warm

from .parity import Gap, gap
from .task import ANOTHER, Failure, Parity, Proof, Rows

PACKAGE = Path("/input/package")
ROWS = Path("/input/rows.json")
OUTPUT = Path("/output")
CALLS = 200
SECONDS = 2.0


def main() -> None:
    """Write proof.json, or failure.json with one sentence."""
    try:
        result: Proof | Failure = prove()
    except ManifestError as error:
        result = Failure(str(error))
    name = "proof.json" if isinstance(result, Proof) else "failure.json"
    (OUTPUT / name).write_bytes(msgspec.json.encode(result))


def prove() -> Proof:
    """Load, answer the example, answer the rows, and take the time."""
    manifest = read_manifest(PACKAGE)
    start = perf_counter()
    model, _ = warm(PACKAGE, manifest, 1)
    loaded = perf_counter() - start
    asked = msgspec.json.decode(ROWS.read_bytes()) if ROWS.exists() else None
    parity = None
    one = predict.arrays(_example(), manifest)
    if asked:
        found, edge = (
            _compared(model, manifest, asked, part) for part in ("", "edge_")
        )
        worst = max((found, edge), key=lambda each: each.largest)
        where = f"edge rows: {worst.where}" if worst is edge else worst.where
        parity = Parity(
            len(asked["rows"]),
            len(asked["edge_rows"]),
            min(worst.largest, ANOTHER),
            where if worst.largest else "",
            asked["tolerance"],
        )
    seconds = _row_seconds(model, one)
    gc.collect()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Proof(parity, loaded, seconds, memory)


def _example() -> Any:
    return msgspec.json.decode((PACKAGE / "example.json").read_bytes())["request"]


def _compared(model: Any, manifest: Manifest, asked: dict[str, Any], part: str) -> Gap:
    rows: Rows = asked[f"{part}rows"]
    if not rows:
        return Gap(0.0, "")
    expected = {
        output.name: _array(asked[f"{part}expected"][output.name], output)
        for output in manifest.outputs
    }
    answers = model.run(predict.from_rows(rows, manifest.inputs))
    return gap(expected, answers, asked["tolerance"])


def _array(values: list[Any], output: Output) -> Array:
    """As the original gave it: labels by name where the package has ids for them."""
    if output.datatype == "BYTES":
        return np.array(values, object)
    made = np.array(values, np.float64 if "FP" in output.datatype else None)
    return made if "FP" in output.datatype else made.astype(DTYPES[output.datatype])


def _row_seconds(model: Any, one: dict[str, Array]) -> float:
    taken: list[float] = []
    until = perf_counter() + SECONDS
    while len(taken) < CALLS and (perf_counter() < until or len(taken) < 5):
        start = perf_counter()
        model.run(one)
        taken.append(perf_counter() - start)
    return sorted(taken)[len(taken) // 2]


if __name__ == "__main__":
    main()
