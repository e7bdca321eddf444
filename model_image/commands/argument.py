"""The arguments that several commands take."""

from typing import Annotated

import typer

from model_image.package import ModelPackage
from model_image.storage.fetch import fetch

from .console import progress

Package = Annotated[
    str,
    typer.Argument(
        help="A package: its folder, or a pinned oci://, s3://, gs://, az://."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]


def fetched(reference: str) -> ModelPackage:
    """The package that a person named, wherever it is kept."""
    with progress() as say:
        return ModelPackage.read(fetch(reference, say))
