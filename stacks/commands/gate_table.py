"""The gates' answers, for people."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from stacks.releases.gates import Outcome

from .console import columns

_MARKS = {
    "pass": "[green]pass[/green]",
    "fail": "[red]FAIL[/red]",
    "unknown": "[yellow]UNKNOWN[/yellow]",
}


def gate_table(outcomes: Sequence[Outcome]) -> Table:
    """One line a gate: what it wants, and what it found."""
    table = columns("GATE", "", "WANTED", "FOUND", overflow="fold")
    for one in outcomes:
        found = (escape(one.want), escape(one.got))
        table.add_row(one.gate, _MARKS[one.result], *found)
    return table
