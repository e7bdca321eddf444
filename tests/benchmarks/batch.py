"""
Rows a second of `batch`, beside the loop over pandas and onnxruntime that it replaces.

`python -m tests.benchmarks.batch [ROWS]`: both score the same file with the shipped
example, one after the other, three times; the times are those of whole processes. The
loop checks nothing and cannot go on where it was cut off.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model_image.server.manifest import read_manifest

ROOT = Path(__file__).parents[2]
WINE = ROOT / "model_image" / "example" / "package"
ROUNDS = 3
_PIECE = 100_000

LOOP = """
import sys
import onnxruntime as ort
import pandas as pd

source, target, model = sys.argv[1:]
session = ort.InferenceSession(model)
labels = ["class_0", "class_1", "class_2"]
frames = pd.read_csv(source, chunksize=38_461, dtype={"id": str})
for number, frame in enumerate(frames):
    rows = frame.drop(columns="id").to_numpy("float32")
    label, probabilities = session.run(["label", "probabilities"], {"features": rows})
    frame["label"] = [labels[index] for index in label]
    for place, name in enumerate(labels):
        frame[f"probabilities.{name}"] = probabilities[:, place]
    frame.to_csv(target, mode="a" if number else "w", header=not number, index=False)
"""


@dataclass(frozen=True)
class Measured:
    """One process from its start to its end."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


def main(rows: int) -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "in.csv", rows)
        print(
            f"{rows:,} rows, {(folder / 'in.csv').stat().st_size / 1e6:.0f} MB of CSV"
        )
        loop, batch = [], []
        for _ in range(ROUNDS):
            loop.append(_loop(folder))
            batch.append(_batch(folder))
        apart = np.abs(_answers(folder / "loop.csv") - _answers(folder / "batch.csv"))
    for what, measured in (("pandas loop", loop), ("batch", batch)):
        print(_line(what, rows, measured))
    seconds = [statistics.median(one.seconds for one in each) for each in (loop, batch)]
    cpu = [statistics.median(one.cpu_seconds for one in each) for each in (loop, batch)]
    print(f"batch is {seconds[0] / seconds[1]:.2f} times as fast", end=", ")
    print(f"with {cpu[0] / cpu[1]:.2f} times fewer processor seconds", end="; ")
    print(f"no probability differs by more than {apart.max():.0e}")


def _write(path: Path, rows: int) -> None:
    """Rows spread over what the sample of the model had."""
    columns = read_manifest(WINE).inputs[0].columns
    low = np.array([column.low for column in columns], float)
    high = np.array([column.high for column in columns], float)
    random = np.random.default_rng(0)
    with path.open("w") as file:
        file.write(",".join(["id", *(column.name for column in columns)]) + "\n")
        for start in range(0, rows, _PIECE):
            count = min(_PIECE, rows - start)
            values = random.uniform(low, high, (count, len(columns))).round(2)
            file.writelines(
                f"r{start + at:08}," + ",".join(map(str, row)) + "\n"
                for at, row in enumerate(values.tolist())
            )


def _loop(folder: Path) -> Measured:
    paths = (folder / "in.csv", folder / "loop.csv", WINE / "model.onnx")
    return _measured(sys.executable, "-c", LOOP, *map(str, paths))


def _batch(folder: Path) -> Measured:
    for old in folder.glob("batch.csv*"):
        old.unlink()
    command = (sys.executable, "-m", "model_image.server", "batch")
    return _measured(*command, str(folder / "in.csv"), str(folder / "batch.csv"))


def _measured(*command: str) -> Measured:
    env = {**os.environ, "SLIPWAY_MODEL": str(WINE)}
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(said.read().decode())
    cpu = usage.ru_utime + usage.ru_stime
    return Measured(seconds, cpu, usage.ru_maxrss / 1024)


def _line(what: str, rows: int, measured: list[Measured]) -> str:
    seconds = sorted(one.seconds for one in measured)
    median = statistics.median(seconds)
    cpu = statistics.median(one.cpu_seconds for one in measured)
    peak = max(one.peak_mib for one in measured)
    return (
        f"{what:12} {rows / median:9,.0f} rows/s "
        f"({rows / seconds[-1]:,.0f} to {rows / seconds[0]:,.0f}), "
        f"{cpu / rows * 1e6:5.2f} processor µs a row, {peak:4.0f} MiB at most"
    )


def _answers(path: Path) -> np.ndarray:
    """The probabilities; labels flip where two are equal but for the order of a sum."""
    return np.loadtxt(path, delimiter=",", skiprows=1, usecols=(15, 16, 17))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
