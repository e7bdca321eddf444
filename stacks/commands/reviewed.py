"""How a review leaves a command."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from stacks.review.record import Review
from stacks.review.text import text

from .console import out
from .output import write

Format = Literal["text", "markdown", "json"]
Output = Annotated[
    Path | None, typer.Option(help="A file for the review as JSON, for `comment`.")
]


def leave(review: Review, form: Format, output: Path | None) -> None:
    """As a file where that is asked for, and on standard output; exit 1 if refused."""
    told = review.model_dump_json(indent=1) + "\n"
    if output:
        write(output, told)
    match form:
        case "markdown":
            from stacks.review.markdown import markdown  # it brings Jinja

            out.file.write(markdown([review]))
        case "json":
            out.file.write(told)
        case "text":
            text(review, out)
    if review.refused:
        sys.exit(1)
