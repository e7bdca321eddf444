"""`comment`: reviews as the one comment of a pull request."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from stacks.review.github import CommentError, GitHub
from stacks.review.markdown import markdown
from stacks.review.record import Review

from .console import out

_MOST_BYTES = 50_000_000


def run(
    reviews: Annotated[
        list[Path], typer.Argument(help="What diff and preview wrote with --output.")
    ],
    request: Annotated[int | None, typer.Option(help="Its number.")] = None,
    head: Annotated[
        str | None, typer.Option(help="Or where it comes from: owner:branch.")
    ] = None,
    commit: Annotated[
        str | None, typer.Option(help="With --head: only if it still is there.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Print it instead.")] = False,
) -> None:
    """Write reviews as one comment on a pull request, or edit the one there is."""
    body = markdown([_read(file) for file in reviews], more=_run())
    if dry_run:
        out.file.write(body)
        return
    if (request is None) == (head is None):
        raise CommentError(
            "name the pull request: --request 12, or --head owner:branch"
        )
    github = GitHub.here()
    number = request or github.request_of(head or "", commit)
    print(github.comment(number, body), file=sys.stderr)


def _read(file: Path) -> Review:
    """What a pull request of a stranger may have written: checked, never trusted."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise CommentError(f"{file} is larger than any review; make it again")
        return Review.model_validate_json(file.read_bytes())
    except OSError as error:
        raise CommentError(f"{file} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        told = error.errors()[0]
        where = ".".join(map(str, told["loc"]))
        raise CommentError(
            f"{file} is no review ({where}: {told['msg']}); `python -m stacks diff "
            "--output` writes one"
        ) from None


def _run() -> str:
    """The workflow's run, whose summary has all of it."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (os.environ.get(name) for name in names)
    return f"{server}/{repository}/actions/runs/{run}" if run else ""
