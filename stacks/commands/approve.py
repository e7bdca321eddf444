"""`approve`: say, with a key of one's own, that a release may come to a stack."""

from pathlib import Path
from typing import Annotated

import typer

from stacks.machine.virtualenv import ROOT
from stacks.releases.ledger.history import History
from stacks.releases.lock import Refused
from stacks.releases.promotion import resolve
from stacks.releases.signature import sign, signer, statement
from stacks.settings.line import line_of
from stacks.settings.stack import StackSettings

from .console import out
from .recorded import ledger_of

Version = Annotated[str, typer.Argument(help="The release's version, or its digest.")]
To = Annotated[str, typer.Option("--to", help="The stack that it may come to.")]
Key = Annotated[
    Path, typer.Option("--key", help="Your ssh key, listed in the signers.")
]
_KEY = Path("~/.ssh/id_ed25519")


def run(version: Version, to: To, key: Key = _KEY) -> None:
    """Sign that exactly this release may come to exactly this stack."""
    settings = StackSettings.read(ROOT, to)
    if settings.upstream is None:
        raise Refused(f"nothing is promoted to {to}, so nothing needs approval there")
    with ledger_of(settings) as ledger:
        history = History(ledger.events())
        release = resolve(history, settings.upstream, version)
        veto = history.last_veto((to, *line_of(ROOT, settings)), release)
        said = statement(to, release, veto)
        signature = sign(said, key.expanduser())
        wanted = settings.gates.approvals
        who = signer(said, signature, ROOT / wanted.signers) if wanted else str(key)
        ledger.append("approved", to, release, evidence={"signature": signature})
    out.print(f"{who} approves {release} for {to}")
