"""`status`: what runs, stack by stack."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from stacks.machine.virtualenv import ROOT
from stacks.observe.observer import observer_for
from stacks.observe.replica import Replica
from stacks.releases.history import History
from stacks.releases.ledger import ledger_for
from stacks.settings.stack import StackSettings, all_stacks

from .argument import Json
from .console import out

Stacks = Annotated[list[str] | None, typer.Argument(help="All, when none is named.")]


def run(stacks: Stacks = None, as_json: Json = False) -> None:
    """Show what runs in each stack, and how it was last verified."""
    names = stacks or [
        name for name, settings in all_stacks(ROOT).items() if settings.tier != "shared"
    ]
    running = {name: _replicas(name) for name in names}
    if as_json:
        listed = {name: [asdict(one) for one in running[name]] for name in names}
        out.print_json(json.dumps(listed))
        return
    history = History(ledger_for(ROOT).events())
    table = Table(box=None, pad_edge=False)
    for column in (
        "STACK",
        "MODEL",
        "DIGEST",
        "REPLICA",
        "HEALTH",
        "TRAFFIC",
        "VERIFIED",
    ):
        table.add_column(column)
    for name in names:
        for row in _rows(name, running[name], history):
            table.add_row(*row)
    out.print(table)


def _rows(stack: str, replicas: list[Replica], history: History) -> list[list[str]]:
    if not replicas:
        return [[stack, "-", "-", "-", "-", "-", "-"]]
    return [
        [
            stack,
            f"{one.model} {one.version}",
            one.digest.removeprefix("sha256:")[:12] or "-",
            one.name,
            one.health + (f" ({one.restarts} restarts)" if one.restarts else ""),
            "yes" if one.in_rotation else "no",
            _verified(history, stack, one),
        ]
        for one in replicas
    ]


def _verified(history: History, stack: str, replica: Replica) -> str:
    last = history.last_for_deployment(stack, replica.deployment)
    return f"{last.kind} {last.at:%Y-%m-%d %H:%M}Z" if last else "never"


def _replicas(stack: str) -> list[Replica]:
    return observer_for(stack, StackSettings.read(ROOT, stack)).replicas()
