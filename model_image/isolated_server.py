"""A package's server on this machine, seeing nothing of it but the package."""

import json
import os
import signal
import subprocess
from contextlib import suppress
from types import FrameType

from .environment import Say, environment
from .package import ModelPackage
from .sandbox import INPUT, serving


def server_command(
    package: ModelPackage,
    port: int,
    metrics_port: int,
    say: Say,
    *,
    told_on: int | None = None,
) -> list[str]:
    """
    The command that serves `package` on loopback, in its own locked environment.

    It keeps signals to itself; `told_on` is where it tells which process serves.
    """
    settings = {
        "SLIPWAY_HOST": "127.0.0.1",
        "SLIPWAY_MODEL": str(INPUT / "package"),
        "SLIPWAY_PORT": str(port),
        "SLIPWAY_METRICS_PORT": str(metrics_port),
    }
    python = environment(package.lock, say)
    words = serving(python, {"package": package.path}, settings, told_on)
    return [*words, "-m", "model_image.server"]


def serve_isolated(
    package: ModelPackage, port: int, metrics_port: int, say: Say
) -> int:
    """Serve `package` on loopback until told to stop, then drain; the exit code."""
    told, tell = os.pipe()
    command = server_command(package, port, metrics_port, say, told_on=tell)
    say(f"http://127.0.0.1:{port}/predict")
    # In a session of its own it hears of Ctrl-C from here alone, and drains once.
    process = subprocess.Popen(command, pass_fds=[tell], start_new_session=True)
    os.close(tell)
    with open(told) as information:
        server = json.loads(information.read() or "{}").get("child-pid")

    def forward(number: int, frame: FrameType | None) -> None:
        if server:
            with suppress(ProcessLookupError):
                os.kill(server, number)

    signal.signal(signal.SIGINT, forward)
    signal.signal(signal.SIGTERM, forward)
    return process.wait()
