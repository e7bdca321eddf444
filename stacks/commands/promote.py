"""`promote`: take a release that one stack verified to the next."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from stacks.machine.virtualenv import ROOT
from stacks.releases.canary import Canary
from stacks.releases.delivery import setting
from stacks.releases.gates import Outcome
from stacks.releases.history import History
from stacks.releases.ledger import ledger_for
from stacks.releases.lock import Refused
from stacks.releases.promotion import Move, Promotion, alone, publish
from stacks.settings.stack import StackSettings, stack_file

from .argument import Json, Yes
from .console import ask, out, say
from .delivered import delivery_of

Version = Annotated[str, typer.Argument(help="The release's version, or its digest.")]
From = Annotated[str, typer.Option("--from", help="The stack that verified it.")]
To = Annotated[str, typer.Option("--to", help="The stack that shall run it.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Ask the gates; write nothing.")
]
Override = Annotated[
    list[str] | None, typer.Option("--override", help="A gate to pass over.")
]
Reason = Annotated[str | None, typer.Option("--reason", help="Why, for the ledger.")]
Scans = Annotated[
    list[Path] | None, typer.Option("--scan", help="A vulnerability report.")
]

Weights = Annotated[
    list[int] | None,
    typer.Option("--canary", min=1, max=50, help="Per cent of the requests first."),
]


def run(
    version: Version,
    source: From,
    target: To,
    dry_run: DryRun = False,
    override: Override = None,
    reason: Reason = None,
    scan: Scans = None,
    canary: Weights = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Take a release to the next stack: gates, registry, file, up, verified."""
    if override and not reason:
        raise typer.BadParameter("a gate is passed over for a --reason")
    remote = StackSettings.read(ROOT, target).ledger.remote
    ledger = ledger_for(ROOT, remote=remote)
    promotion = Promotion(
        root=ROOT, source=source, target=target, ledger=ledger, say=say
    )
    with alone(target):
        move = promotion.move(version, scan or ())
        delivery = delivery_of(target, ledger)
        if not dry_run:
            delivery.settle(move.release)
        outcomes = move.outcomes
        if not as_json:
            _show(move, target, outcomes)
        overrides = dict.fromkeys(override or (), reason or "")
        _require_passed(move, target, outcomes, overrides)
        if dry_run:
            _told(as_json, move, outcomes, "would be promoted")
            return
        if not yes:
            ask(f"promote {move.release} to {target}?")
        if copied := promotion.copied(move):
            say(f"{move.release}: {copied}")
        promotion.admit(move, outcomes, overrides)
        for weight in canary or ():
            Canary(delivery=delivery, release=move.release, weight=weight).run()
        changes = {"slipway:image": setting(move.release), "slipway:canary": None}
        delivery.deliver(move.release, changes)
        history = History(ledger.events())
        publish(target, move.question.target_settings, move.release, history, say)
    if ledger.notice:
        say(ledger.notice)
    say(f"{stack_file(ROOT, target).relative_to(ROOT)} names it: commit that")
    _told(as_json, move, outcomes, f"runs in {target}, verified")


def _require_passed(
    move: Move, target: str, outcomes: Sequence[Outcome], overrides: Mapping[str, str]
) -> None:
    barred = [one for one in outcomes if not one.passed and one.gate not in overrides]
    if barred:
        names = ", ".join(one.gate for one in barred)
        raise Refused(
            f"{target}: {move.release} does not pass {names} ({barred[0].got})"
        )


def _show(move: Move, target: str, outcomes: Sequence[Outcome]) -> None:
    out.print(f"{move.release} from {move.question.source} to {target}")
    table = Table(box=None, pad_edge=False)
    for column in ("GATE", "", "WANTED", "FOUND"):
        table.add_column(column, overflow="fold")
    marks = {"pass": "[green]pass[/green]", "fail": "[red]FAIL[/red]"}
    for one in outcomes:
        mark = marks.get(one.result, "[yellow]UNKNOWN[/yellow]")
        table.add_row(one.gate, mark, one.want, one.got)
    out.print(table)


def _told(
    as_json: bool, move: Move, outcomes: Sequence[Outcome], sentence: str
) -> None:
    if not as_json:
        out.print(f"{move.release} {sentence}")
        return
    told = {
        "release": move.release.model_dump(mode="json"),
        "gates": [one.record() for one in outcomes],
        "result": sentence,
    }
    out.print_json(json.dumps(told))
