"""`promote`: take a release that one stack verified to the next."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from stacks.machine.virtualenv import ROOT
from stacks.releases.canary import Canary
from stacks.releases.gates import Outcome, judge
from stacks.releases.ledger import Ledger
from stacks.releases.promotion import Move, Promotion, alone
from stacks.releases.publication import publish
from stacks.releases.pull_request import pull_request
from stacks.settings.stack import StackSettings, stack_file

from .argument import Json, Yes
from .console import ask, out, say
from .delivered import delivery_of
from .gate_table import gate_table
from .recorded import ledger_of
from .requested import requested

Version = Annotated[str, typer.Argument(help="The release's version, or its digest.")]
From = Annotated[str, typer.Option("--from", help="The stack that verified it.")]
To = Annotated[str, typer.Option("--to", help="The stack that shall run it.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Ask the gates; write nothing.")
]
Pr = Annotated[bool, typer.Option("--pr", help="A branch with the change; no up.")]
Open = Annotated[
    bool, typer.Option("--open", help="With --pr: push it, and open it on GitHub.")
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
    pr: Pr = False,
    opened: Open = False,
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
    if opened and not pr:
        raise typer.BadParameter("--open is of a pull request: say --pr too")
    with ledger_of(StackSettings.read(ROOT, target)) as ledger, alone(target):
        promotion = Promotion(
            root=ROOT, source=source, target=target, ledger=ledger, say=say
        )
        move = promotion.move(version, scan or ())
        if not dry_run:
            delivery_of(target, ledger).settle(move.release)
        outcomes = judge(move.question)
        if not as_json:
            out.print(f"{move.release} from {source} to {target}")
            out.print(gate_table(outcomes))
        overrides = dict.fromkeys(override or (), reason or "")
        promotion.require(move, outcomes, overrides)
        if dry_run:
            done = "would be promoted"
        else:
            if not yes:
                ask(f"promote {move.release} to {target}?")
            _admit(promotion, move, outcomes, overrides)
            if pr:
                made = pull_request(ROOT, target, move.release, outcomes)
                done = f"is {requested(made, opened=opened)}"
            else:
                done = _deliver(move, target, ledger, canary or ())
    _tell(as_json, move, outcomes, done)


def _admit(
    promotion: Promotion,
    move: Move,
    outcomes: Sequence[Outcome],
    overrides: Mapping[str, str],
) -> None:
    if copied := promotion.copied(move):
        say(f"{move.release}: {copied}")
    promotion.admit(move, outcomes, overrides)


def _deliver(move: Move, target: str, ledger: Ledger, canary: Sequence[int]) -> str:
    delivery = delivery_of(target, ledger)
    if canary and delivery.settings().image is None:
        say(f"{target} runs nothing yet that a canary could be beside")
        canary = ()
    for weight in canary:
        Canary(delivery=delivery, release=move.release, weight=weight).run()
    delivery.deliver(move.release)
    publish(target, move.question.target_settings, move.release, ledger, say)
    say(f"{stack_file(ROOT, target).relative_to(ROOT)} names it; commit that")
    return f"runs in {target}, verified"


def _tell(as_json: bool, move: Move, outcomes: Sequence[Outcome], done: str) -> None:
    if not as_json:
        out.print(f"{move.release} {done}")
        return
    told = {
        "release": move.release.model_dump(mode="json"),
        "gates": [one.record() for one in outcomes],
        "result": done,
    }
    out.print_json(json.dumps(told))
