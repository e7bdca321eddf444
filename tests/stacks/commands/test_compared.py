"""`status --all`: for people, for machines, and for schedules by its exit code."""

import json
from typing import Any

import pytest
import typer

from stacks.commands import compared, status
from stacks.releases.divergence import Divergence
from stacks.settings.cloud_error import CloudError
from tests.stacks.commands.test_status import HERE

FINE = Divergence(
    stack="shared", standing=None, diverged=(), remedy=None, not_looked_at=("2 Volume",)
)
CHANGED = Divergence(
    stack="dev",
    standing=HERE,
    diverged=("dev-1 has 512 MiB, declared 256",),
    remedy="`python -m stacks up dev` puts it back",
    not_looked_at=(),
)
SILENT = CloudError("no credentials of AWS: the token is expired")


def ended(monkeypatch: pytest.MonkeyPatch, *there: Any, as_json: bool = False) -> Any:
    """The exit code where these are the stacks."""
    told = {str(number): one for number, one in enumerate(there)}

    def compare(root: Any, stack: str) -> Divergence:
        if isinstance(told[stack], Exception):
            raise told[stack]
        return told[stack]

    monkeypatch.setattr(compared, "stack_names", lambda root: list(told))
    monkeypatch.setattr(compared, "divergence", compare)
    with pytest.raises(SystemExit) as end:
        status.run(every=True, as_json=as_json)
    return end.value.code


def test_all_as_declared_exits_with_0(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert ended(monkeypatch, FINE) == 0
    shown = capsys.readouterr().out
    assert "as declared" in shown
    assert "2 Volume" in shown


def test_one_that_diverged_says_so_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert ended(monkeypatch, FINE, CHANGED) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "dev: dev-1 has 512 MiB, declared 256" in shown
    assert "dev: `python -m stacks up dev` puts it back" in shown


def test_one_that_cannot_be_seen_hides_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert ended(monkeypatch, SILENT, FINE, as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["0"] == {"unknown": str(SILENT)}
    assert told["shared"]["diverged"] == []


def test_all_goes_with_no_name() -> None:
    with pytest.raises(typer.BadParameter, match="name none"):
        status.run(["dev"], every=True)
