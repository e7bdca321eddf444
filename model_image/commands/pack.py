"""`pack`: make a package of a trained model."""

from pathlib import Path
from typing import Annotated, Any

import typer

from model_image.environment import Say
from model_image.evidence import read_evidence
from model_image.pack import pack
from model_image.package import ModelPackage
from model_image.settings import PackSettings, pack_settings
from model_image.storage.mlflow import download
from model_image.storage.push import push
from model_image.storage.reference import RegisteredModel, parse

from .console import out, progress

Text = str | None
Texts = list[str] | None


def _option(name: str, *more: str) -> Any:
    """An option whose help is the setting's own description."""
    described = PackSettings.model_fields[name].description or ""
    return typer.Option(*more, help=described.replace("\n", " "))


def run(
    files: Annotated[
        list[str],
        typer.Argument(help="The model: a file, several, a folder, or models:/NAME/V."),
    ],
    name: Annotated[Text, _option("name")] = None,
    version: Annotated[Text, _option("version")] = None,
    data: Annotated[Path | None, _option("data")] = None,
    target: Annotated[Texts, _option("target")] = None,
    class_names: Annotated[Texts, _option("class_names", "--class-name")] = None,
    flavour: Annotated[Text, _option("flavour")] = None,
    code: Annotated[Path | None, _option("code")] = None,
    entry: Annotated[Text, _option("entry")] = None,
    requirements: Annotated[Path | None, _option("requirements")] = None,
    trust: Annotated[Texts, _option("trust")] = None,
    description: Annotated[Text, _option("description")] = None,
    owner: Annotated[Text, _option("owner")] = None,
    licence: Annotated[Text, _option("licence")] = None,
    source: Annotated[Text, _option("source")] = None,
    intended_use: Annotated[Text, _option("intended_use")] = None,
    metric: Annotated[
        Texts, typer.Option(help="How good it is, as NAME=NUMBER; may be repeated.")
    ] = None,
    tolerance: Annotated[float | None, _option("tolerance")] = None,
    seconds: Annotated[int | None, _option("seconds")] = None,
    memory_gb: Annotated[int | None, _option("memory_gb")] = None,
    max_gb: Annotated[float | None, _option("max_gb")] = None,
    config: Annotated[
        Path | None, typer.Option(help="A YAML file with these settings as keys.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="The package's folder; models/NAME by default.")
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(help="The package it follows; a breaking change is then refused."),
    ] = None,
    push_to: Annotated[
        str | None,
        typer.Option("--push", help="oci://, s3://, gs:// or az:// to keep it in."),
    ] = None,
) -> None:
    """Convert a trained model in isolation, prove it equal, and describe it."""
    given = {key: value for key, value in locals().items() if value is not None}
    named = PackSettings.model_fields.keys() & given.keys()
    chosen = {key: given[key] for key in named}
    if metric:
        named_values = (one.partition("=") for one in metric)
        chosen["metrics"] = {key: value for key, _, value in named_values}
    settings = pack_settings(config, chosen)
    folder = output or Path("models") / settings.name
    with progress() as say:
        paths = [_located(one, say) for one in files]
        package = pack(paths, settings, folder, say, previous=previous)
        kept = push(package, push_to, say) if push_to else None
    _show(package, kept)


def _located(written: str, say: Say) -> Path:
    """A file as it is named, or a registered model once it is downloaded."""
    reference = parse(written)
    if isinstance(reference, RegisteredModel):
        return download(reference, say)
    return Path(written)


def _show(package: ModelPackage, kept: str | None) -> None:
    evidence = read_evidence(package.path, package.identity)
    out.print(f"[bold]{package.name} {package.version}[/] in {package.path}")
    out.print(f"  {package.identity}", style="dim")
    if parity := evidence.parity:
        out.print(
            f"  equal to the original on {parity.rows} rows and {parity.edge_rows} "
            f"edge rows: largest difference {parity.largest_difference:.2g}"
        )
    for note in evidence.notes:
        out.print(f"  {note}", markup=False)
    if found := evidence.measured:
        out.print(
            f"  a row takes {found.row_seconds * 1e6:.0f} µs (the original "
            f"{found.original_row_seconds * 1e6:.0f}), {found.memory_mb} MB"
        )
    if kept:
        out.print(f"  kept at {kept}", markup=False)
