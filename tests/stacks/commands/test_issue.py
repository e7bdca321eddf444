"""`issue`: one issue says what diverges, for as long as something does."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacks.commands import issue
from stacks.review.github import CommentError
from tests.workflows.event import REPOSITORY
from tests.workflows.github import GitHub, serving

WELL = {"diverged": [], "remedy": None}


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    """The API, and a token that may write issues and nothing else."""
    with serving() as found:
        found.tokens["t"] = {"issues": "write"}
        monkeypatch.setenv("GITHUB_API_URL", found.address)
        monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
        monkeypatch.setenv("GITHUB_TOKEN", "t")
        yield found


@pytest.fixture
def told(tmp_path: Path) -> Path:
    return tmp_path / "status.json"


def _look(told: Path, **stacks: object) -> None:
    told.write_text(json.dumps(stacks))
    issue.run(told)


def test_it_is_opened_edited_and_closed(github: GitHub, told: Path) -> None:
    _look(told, dev=WELL)
    assert github.issues == []

    _look(told, dev=WELL, prod={"diverged": ["1 replicas of 2"]})
    _look(told, prod={"unknown": "no <answer> of @aws"}, dev=WELL)

    (only,) = github.issues
    assert only["title"] == issue.TITLE
    assert "| prod | unknown: no &lt;answer&gt; of @\u200baws |" in only["body"]
    assert "dev" not in only["body"]

    _look(told, dev=WELL, prod=WELL)
    assert only["state"] == "closed"

    _look(told, dev={"diverged": ["nothing takes traffic"]})
    assert [one["state"] for one in github.issues] == ["closed", "open"]


def test_the_issue_of_somebody_else_stays_theirs(github: GitHub, told: Path) -> None:
    github.issues.append(
        {
            "number": 1,
            "state": "open",
            "labels": [issue.LABEL],
            "body": f"{issue.MARK}\nmine",
            "user": {"login": "eve", "type": "User"},
        }
    )

    _look(told, dev={"diverged": ["nothing takes traffic"]})

    assert github.issues[0]["body"] == f"{issue.MARK}\nmine"
    assert len(github.issues) == 2


def test_a_token_that_may_not_is_told_what_it_lacks(github: GitHub, told: Path) -> None:
    github.tokens["t"] = {"pull-requests": "write"}
    with pytest.raises(
        CommentError, match=r"403 .* needs the permission issues: write"
    ):
        _look(told, dev={"diverged": ["nothing takes traffic"]})


@pytest.mark.parametrize("text", [None, "", "[]", '{"dev": 1}'])
def test_what_is_no_status_is_no_calm(
    text: str | None, github: GitHub, told: Path
) -> None:
    """A look that failed must not close the issue."""
    if text is not None:
        told.write_text(text)
    with pytest.raises(CommentError, match="does not say how stacks stand"):
        issue.run(told)


def test_without_github_it_can_be_seen(
    told: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told.write_text(json.dumps({"prod": {"diverged": ["a canary is missing"]}}))

    issue.run(told, dry_run=True)

    assert "| prod | a canary is missing |" in capsys.readouterr().out
