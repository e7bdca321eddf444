"""`serve`: the same server without Docker, in the same isolation but for one port."""

from typing import Annotated

import typer

from model_image.isolated_server import serve_isolated

from .argument import Package, fetched
from .console import err


def run(
    package: Package,
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8080,
    metrics_port: Annotated[int, typer.Option(min=1, max=65535)] = 9090,
) -> None:
    """Answer predictions on this machine's loopback until Ctrl-C."""
    read = fetched(package)
    code = serve_isolated(read, port, metrics_port, lambda told: err.print(told))
    raise typer.Exit(code)
