"""The bare session: what one row takes where nothing is served at all."""

import subprocess
import sys
import time
from pathlib import Path

from .models import Model
from .running import SERVER_CORE
from .servers import ROOT


def session_microseconds(model: Model, seconds: float) -> float:
    """The time of one `session.run` on the servers' processor, in a new process."""
    words = [str(model.folder / "model.onnx"), str(seconds), *map(str, model.row)]
    command = ["taskset", "--cpu-list", str(SERVER_CORE), sys.executable]
    run = subprocess.run(
        [*command, "-m", "tests.benchmarks.session", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(run.stdout)


def timed(file: Path, row: list[float], seconds: float) -> float:
    """The processor's time for a call, in microseconds, over many in this process."""
    # What the benchmark itself has loaded would be shared with the servers.
    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(file), options)
    given = {session.get_inputs()[0].name: np.array([row], np.float32)}
    session.run(None, given)
    calls = 0
    used = time.process_time()
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        session.run(None, given)
        calls += 1
    return (time.process_time() - used) / calls * 1e6


if __name__ == "__main__":
    file, duration, *values = sys.argv[1:]
    print(timed(Path(file), [float(value) for value in values], float(duration)))
