"""What a person does with models: `python -m model_image ...`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from model_image.package import ModelPackage
from model_image.server.manifest import Input, Manifest, ManifestError, Output

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def commands() -> None:
    """Packages of trained models: what goes into an image."""


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="The folder of a packed model.")],
) -> None:
    """Prove that a package is whole, and show what it holds."""
    try:
        package = ModelPackage.read(folder)
    except ManifestError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), markup=False)
        raise typer.Exit(2) from None
    console = Console(highlight=False)
    console.print(f"[bold]{package.name} {package.version}[/]", soft_wrap=True)
    console.print(package.manifest.description, markup=False, soft_wrap=True)
    console.print(f"[dim]{package.identity}[/]", soft_wrap=True)
    console.print(_tensors(package.manifest))
    for name, value in package.manifest.metrics.items():
        console.print(f"{name} {value:g}", markup=False)


def _tensors(manifest: Manifest) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", "name", "datatype", "shape", "values"):
        table.add_column(heading, overflow="fold")
    for tensor in manifest.inputs:
        names = [column.name for column in tensor.columns]
        table.add_row("input", *_cells(tensor, names))
    for tensor in manifest.outputs:
        table.add_row("output", *_cells(tensor, tensor.labels or tensor.columns))
    return table


def _cells(tensor: Input | Output, names: Sequence[str]) -> list[str]:
    shape = str(list(tensor.shape))
    values = ", ".join(names)
    return [escape(cell) for cell in (tensor.name, tensor.datatype, shape, values)]


if __name__ == "__main__":
    app()
