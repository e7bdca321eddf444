"""`card`: a page for people about a package."""

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from model_image.card import Card, markdown, page

from .argument import Package, fetched
from .console import out


def run(
    package: Package,
    output: Annotated[
        Path, typer.Option(help="The folder to write card.md and card.html in.")
    ] = Path("."),
) -> None:
    """Write a model card: Markdown, and one self-contained page."""
    card = Card.of(fetched(package))
    output.mkdir(parents=True, exist_ok=True)
    for name, content in (("card.md", markdown(card)), ("card.html", page(card))):
        _write(output / name, content)
        out.print(str(output / name), markup=False)


def _write(path: Path, content: str) -> None:
    """Whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=".card-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
