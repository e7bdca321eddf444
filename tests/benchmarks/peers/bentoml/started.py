"""BentoML's own command, for a service in one of these files."""

import os
import sys
import tempfile
from pathlib import Path
from typing import NoReturn


def serve(module: str) -> NoReturn:
    """Become `bentoml serve` for the class `Rows` in that module."""
    os.environ["BENTOML_HOME"] = tempfile.mkdtemp(prefix="bentoml-")
    os.environ["BENTOML_DO_NOT_TRACK"] = "True"
    os.environ["BENTOML_CONFIG_OPTIONS"] = (
        "api_server.logging.access.enabled=false api_server.metrics.enabled=true"
    )
    command = Path(sys.executable).with_name("bentoml")
    port = os.environ["BENCHMARK_PORT"]
    words = ["--host", "127.0.0.1", "--port", port, "--quiet"]
    folder = ["--working-dir", str(Path(__file__).parent)]
    os.execv(command, [str(command), "serve", f"{module}:Rows", *words, *folder])
