"""`status` of several places, one of which does not answer."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from stacks.commands import status
from stacks.releases.standing import Standing
from stacks.settings.cloud_error import CloudError

HERE = Standing(
    stack="dev",
    wanted="1.0.0 abc",
    running="1.0.0 abc",
    ready=1,
    replicas=1,
    since=None,
    verified="never",
    held=None,
    canary=None,
    divergence=None,
    copies=(),
)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    def standing(stack: str) -> Standing:
        if stack == "prod":
            raise CloudError("no credentials of AWS: the token is expired")
        return HERE

    both = {name: SimpleNamespace(tier=name) for name in ("dev", "prod", "shared")}
    monkeypatch.setattr(status, "all_stacks", lambda root: both)
    monkeypatch.setattr(status, "_standing", standing)


def test_the_others_are_shown_and_it_exits_with_1(two: None, capsys: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        status.run()

    shown = capsys.readouterr().out
    assert ended.value.code == 1
    assert "as declared" in shown
    assert "no credentials of AWS" in " ".join(shown.split())


def test_machines_are_told_the_same(two: None, capsys: Any) -> None:
    with pytest.raises(SystemExit):
        status.run(as_json=True)

    told = json.loads(capsys.readouterr().out)
    assert told["dev"]["running"]
    assert told["prod"] == {"unknown": "no credentials of AWS: the token is expired"}
