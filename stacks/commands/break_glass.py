"""`break-glass`: deploy a release without its gates, for a reason that is recorded."""

import re
from typing import Annotated

import typer
from pydantic import ValidationError

from stacks.machine.virtualenv import ROOT
from stacks.releases.delivery import setting
from stacks.releases.ledger import Ledger
from stacks.releases.ledger.event import LedgerError, Release, now
from stacks.releases.ledger.history import History
from stacks.releases.lock import Refused
from stacks.releases.naming import only
from stacks.releases.promotion import alone
from stacks.releases.publication import publish
from stacks.settings.image import PromotedImage
from stacks.settings.line import line_of
from stacks.settings.stack import StackSettings

from .argument import Stack, Yes
from .console import ask, out, say
from .delivered import delivery_of
from .recorded import ledger_of

Version = Annotated[
    str, typer.Argument(help="A version of the ledger, or VERSION@sha256:... without.")
]
Name = Annotated[str | None, typer.Option("--name", help="The model, in a new stack.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it goes on record.")]
_PINNED = re.compile(r"(?P<version>[^@]+)@(?P<digest>sha256:[0-9a-f]{64})")


def run(
    stack: Stack,
    version: Version,
    reason: Reason,
    name: Name = None,
    yes: Yes = False,
) -> None:
    """Deploy a release past every gate but health, also without a ledger."""
    settings = StackSettings.read(ROOT, stack)
    if settings.upstream is None:
        raise Refused(f"{stack} has no gates; run python -m stacks up {stack}")
    with ledger_of(settings) as ledger, alone(stack):
        release = _release(ledger, stack, settings, version, name)
        if not yes:
            ask(f"deploy {release} to {stack} without its gates?")
        expires = now() + settings.gates.admission
        evidence = {"reason": reason, "expires": expires.isoformat()}
        ledger.append("break-glass", stack, release, evidence=evidence)
        delivery_of(stack, ledger).deliver(release)
        publish(stack, settings, release, ledger, say)
    out.print(f"{release} runs in {stack}, verified; the broken glass is on record")


def _release(
    ledger: Ledger, stack: str, settings: StackSettings, version: str, name: str | None
) -> Release:
    """Named in full it needs nobody; else the ledger says which digest it is."""
    if pinned := _PINNED.fullmatch(version):
        model = name or (settings.image.name if settings.image else None)
        if model is None:
            raise Refused("nothing says which model that is; add --name")
        found = Release(name=model, version=pinned["version"], digest=pinned["digest"])
    else:
        try:
            history = History(ledger.events())
        except LedgerError as error:
            raise Refused(
                f"name the digest too, as 1.4.2@sha256:...: {error}"
            ) from None
        found = only(history, (stack, *line_of(ROOT, settings)), version, settings)
    try:
        PromotedImage.model_validate(setting(found))
    except ValidationError as error:
        told = error.errors()[0]
        raise Refused(f"{version} cannot be deployed: {told['msg']}") from None
    return found
