"""Other people's clients, each in an environment of its own."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model_image.environment import environment, locked
from tests.model_image.server.echo import echo

HERE = Path(__file__).parent


@pytest.fixture
def ask(start: Callable[..., Any], tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """What a client's own script here saw of a server of the echo model."""

    def asked(script: str, requirements: str) -> dict[str, Any]:
        server = start(echo(tmp_path / "echo"))
        server.until("ready")
        python = environment(locked(requirements, _unheard), _unheard)
        run = subprocess.run(
            [python, "-W", "ignore", HERE / script, f"127.0.0.1:{server.ports[0]}"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout.splitlines()[-1])

    return asked


def _unheard(sentence: str) -> None:
    pass
