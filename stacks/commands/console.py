"""Where commands print: results on standard output, everything else beside it."""

import sys
from typing import NoReturn

import typer
from rich.console import Console, OverflowMethod
from rich.table import Table

from stacks.releases.lock import Refused

# A pipe has no width, and a table cut to 80 columns is of no use to grep.
out = Console(
    highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 200
)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def columns(*names: str, overflow: OverflowMethod = "ellipsis") -> Table:
    """A table without lines, for results."""
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(name, overflow=overflow)
    return table


def say(sentence: str) -> None:
    """Tell what happens now."""
    err.print(sentence, style="dim", markup=False)


def ask(question: str) -> None:
    """Go on only with a person's yes; without a terminal there is nobody to ask."""
    if not sys.stdin.isatty():
        raise Refused(f"{question} nobody is here to ask; say --yes")
    if not typer.confirm(question, default=True, err=True):
        raise Refused("nothing was done")


def fail(error: Exception, code: int) -> NoReturn:
    """One sentence and an exit code."""
    err.print("[bold red]error:[/bold red] ", end="")
    err.print(str(error), markup=False)
    sys.exit(code)
