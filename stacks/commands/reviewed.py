"""How a review leaves a command."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from stacks.review.markdown import markdown
from stacks.review.record import Review
from stacks.review.text import text

from .console import out

Format = Literal["text", "markdown", "json"]
Output = Annotated[
    Path | None, typer.Option(help="A file for the review as JSON, for `comment`.")
]


def show(review: Review, form: Format) -> None:
    """On standard output."""
    match form:
        case "markdown":
            out.file.write(markdown([review]))
        case "json":
            out.file.write(review.model_dump_json(indent=1) + "\n")
        case "text":
            text(review, out)
