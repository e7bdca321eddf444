"""Every stack beside all that is declared of it: what `status --all` shows."""

import json

from docker.errors import DockerException

from stacks.machine.virtualenv import ROOT
from stacks.offline.errors import OfflineError
from stacks.refusals import REFUSALS
from stacks.releases.divergence import Divergence, divergence
from stacks.settings.stack import stack_names

from .console import columns, out

_COLUMNS = ("STACK", "RUNNING", "READY", "STATE", "NOT LOOKED AT")
_UNSEEN = (*REFUSALS, OfflineError, DockerException)


def compare_all(*, as_json: bool) -> bool:
    """Show it; whether all could be seen and is as declared."""
    found: list[Divergence] = []
    unknown: dict[str, str] = {}
    for name in stack_names(ROOT):
        try:
            found.append(divergence(ROOT, name))
        except _UNSEEN as error:
            unknown[name] = str(error)
    if as_json:
        told = {one.stack: one.record() for one in found}
        told |= {name: {"unknown": reason} for name, reason in unknown.items()}
        out.print_json(json.dumps(told))
    else:
        _show(found, unknown)
    return not unknown and not any(one.diverged for one in found)


def _show(found: list[Divergence], unknown: dict[str, str]) -> None:
    table = columns(*_COLUMNS)
    for one in found:
        table.add_row(*_row(one))
    for name in unknown:
        table.add_row(name, "?", "?", "unknown", "everything")
    out.print(table)
    for one in found:
        for sentence in one.diverged:
            out.print(f"{one.stack}: {sentence}", markup=False)
        if one.remedy:
            out.print(f"{one.stack}: {one.remedy}", markup=False)
    for name, reason in unknown.items():
        out.print(f"{name}: unknown: {reason}", markup=False)


def _row(one: Divergence) -> list[str]:
    stands = one.standing
    return [
        one.stack,
        (stands and stands.running) or "-",
        f"{stands.ready}/{stands.replicas}" if stands and stands.wanted else "-",
        "diverged" if one.diverged else "as declared",
        ", ".join(one.not_looked_at) or "-",
    ]
