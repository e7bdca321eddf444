"""`issue`: what diverges, as one issue that comes and goes."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from stacks.review.github import CommentError, GitHub
from stacks.review.markdown import cell

from .console import out

TITLE = "What runs is not what is declared"
LABEL = "divergence"
MARK = "<!-- slipway: divergence -->"


def run(
    status: Annotated[Path, typer.Argument(help="What `status --all --json` printed.")],
    dry_run: Annotated[bool, typer.Option(help="Print it instead.")] = False,
) -> None:
    """Keep one issue on what diverges: opened, edited, or closed when nothing does."""
    body = _body(_read(status))
    if dry_run:
        out.file.write(body or "nothing diverges\n")
        return
    address = GitHub.here().issue(TITLE, body, mark=MARK, label=LABEL)
    print(address or "nothing diverges, and no issue says so", file=sys.stderr)


def _read(file: Path) -> dict[str, dict[str, Any]]:
    try:
        told = json.loads(file.read_bytes())
        return {stack: dict(standing) for stack, standing in told.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        raise CommentError(
            f"{file} does not say how stacks stand; `python -m stacks status --all "
            "--json` does"
        ) from None


def _body(stacks: dict[str, dict[str, Any]]) -> str:
    """Nothing when each stack is as declared; what cannot be told is not."""
    rows = [
        f"| {cell(stack)} | {cell(wrong)} |\n"
        for stack, standing in sorted(stacks.items())
        if (wrong := _wrong(standing))
    ]
    if not rows:
        return ""
    return (
        "| stack | how it differs |\n| --- | --- |\n"
        f"{''.join(rows)}\n"
        "Where what runs is right, change the stack's file instead. The next look "
        "closes this issue when nothing differs.\n"
    )


def _wrong(standing: dict[str, Any]) -> str:
    if unknown := standing.get("unknown"):
        return f"unknown: {unknown}"
    told = [*standing.get("diverged", ()), standing.get("remedy")]
    return "; ".join(str(one) for one in told if one)
