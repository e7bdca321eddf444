"""Where commands print: results on standard output, everything else beside it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

# A pipe has no width, and a table cut to 80 columns is of no use to grep.
out = Console(
    highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 200
)
err = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Tells what happens now: a moving line on a terminal, else a line each."""
    if not err.is_terminal:
        yield lambda sentence: err.print(sentence, markup=False)
        return
    with err.status("") as status:
        yield lambda sentence: status.update(f"[dim]{sentence} ...[/dim]")
