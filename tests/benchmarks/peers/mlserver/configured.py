"""MLServer's own command over a folder of its settings."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from validated_model import FOLDER


def serve(implementation: str) -> NoReturn:
    """Become `mlserver start` with one model of that implementation."""
    folder = Path(tempfile.mkdtemp(prefix="mlserver-"))
    server = {
        "host": "127.0.0.1",
        "http_port": int(os.environ["BENCHMARK_PORT"]),
        "grpc_port": int(os.environ["BENCHMARK_SECOND_PORT"]),
        "metrics_port": int(os.environ["BENCHMARK_THIRD_PORT"]),
        # Its workers are slower here and hang at times; without them it is at its best.
        "parallel_workers": 0,
        "debug": False,
    }
    model = {
        "name": FOLDER.name,
        "implementation": implementation,
        "parameters": {"uri": str(FOLDER / "model.joblib")},
    }
    (folder / "settings.json").write_text(json.dumps(server))
    (folder / "model-settings.json").write_text(json.dumps(model))
    os.environ["PYTHONPATH"] += os.pathsep + str(Path(__file__).parent)
    command = Path(sys.executable).with_name("mlserver")
    os.execv(command, [str(command), "start", str(folder)])
