"""`serve`: the same server without Docker, in the same isolation but for one port."""

import os
from typing import Annotated

import typer

from model_image.isolated_server import server_command

from .argument import Package, fetched
from .console import err, progress


def run(
    package: Package,
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8080,
    metrics_port: Annotated[int, typer.Option(min=1, max=65535)] = 9090,
) -> None:
    """Answer predictions on this machine's loopback until Ctrl-C."""
    read = fetched(package)
    with progress() as say:
        command = server_command(read, port, metrics_port, say)
    err.print(f"http://127.0.0.1:{port}/predict", style="bold")
    os.execvp(command[0], command)
