"""`status`: what each stack should run, and what it runs."""

import json
import sys
from typing import Annotated

import typer

from stacks.machine.virtualenv import ROOT
from stacks.observe.observer import observer_for
from stacks.observe.replica import Replica
from stacks.releases.divergence import stands_now
from stacks.releases.standing import Standing
from stacks.settings.cloud_error import CloudError
from stacks.settings.cluster_error import ClusterError
from stacks.settings.stack import StackSettings, all_stacks

from .argument import Json
from .compared import compare_all
from .console import columns, out

Stacks = Annotated[list[str] | None, typer.Argument(help="All, when none is named.")]
Every = Annotated[
    bool,
    typer.Option(
        "--all", help="Every stack, compared with all that is declared; for schedules."
    ),
]
_COLUMNS = ("STACK", "WANTED", "RUNNING", "READY", "SINCE (UTC)", "VERIFIED", "STATE")
_COPIES = ("REPLICA", "MODEL", "DIGEST", "HEALTH", "TRAFFIC")


def run(stacks: Stacks = None, every: Every = False, as_json: Json = False) -> None:
    """
    Show what each stack should run and runs; name stacks to see their replicas.

    A place that does not answer hides no other; exit 1 where there is one, and with
    `--all` where a stack, a shared one too, is otherwise than declared.
    """
    if every:
        if stacks:
            raise typer.BadParameter("--all is every stack; name none beside it")
        sys.exit(0 if compare_all(as_json=as_json) else 1)
    names = stacks or [
        name for name, settings in all_stacks(ROOT).items() if settings.tier != "shared"
    ]
    found: list[Standing] = []
    unknown: dict[str, str] = {}
    for name in names:
        try:
            found.append(_standing(name))
        except (CloudError, ClusterError) as error:
            unknown[name] = str(error)
    if as_json:
        told = {one.stack: one.record() for one in found}
        told |= {name: {"unknown": reason} for name, reason in unknown.items()}
        out.print_json(json.dumps(told))
    else:
        _show(found, unknown, copies=bool(stacks))
    if unknown:
        sys.exit(1)


def _show(found: list[Standing], unknown: dict[str, str], *, copies: bool) -> None:
    table = columns(*_COLUMNS)
    for one in found:
        table.add_row(*_row(one))
    for name, reason in unknown.items():
        table.add_row(name, *"?????", f"unknown: {reason}")
    out.print(table)
    every = [copy for one in found for copy in one.copies]
    if copies and every:
        listed = columns(*_COPIES)
        for copy in every:
            listed.add_row(*_copy(copy))
        out.print(listed)


def _standing(stack: str) -> Standing:
    settings = StackSettings.read(ROOT, stack)
    return stands_now(ROOT, stack, settings, observer_for(stack, settings))


def _row(one: Standing) -> list[str]:
    if one.wanted is None and one.running is None:
        return [one.stack, "-", "-", "-", "-", "-", "nothing is here yet"]
    state = [
        *(["diverged: " + one.divergence] if one.divergence else []),
        *(["held " + one.held] if one.held else []),
        *([one.canary] if one.canary else []),
    ]
    return [
        one.stack,
        one.wanted or "-",
        one.running or "-",
        f"{one.ready}/{one.replicas}",
        one.since or "-",
        one.verified,
        "; ".join(state) or "as declared",
    ]


def _copy(one: Replica) -> list[str]:
    share = f"{one.weight} %" if one.weight else "yes"
    return [
        one.name,
        f"{one.model} {one.version}",
        one.digest.removeprefix("sha256:")[:12] or "-",
        one.health + (f" ({one.restarts} restarts)" if one.restarts else ""),
        share if one.in_rotation else "no",
    ]
