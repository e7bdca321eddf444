"""One comment of a pull request, whoever asks and how often."""

from collections.abc import Iterator
from typing import Any

import pytest

from stacks.review.github import CommentError, GitHub
from stacks.review.markdown import MARK
from tests.workflows.github import GitHub as Host
from tests.workflows.github import serving

BOT = {"login": "github-actions[bot]", "type": "Bot"}
STRANGER = {"login": "mallory", "type": "User"}


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    with serving() as told:
        told.tokens["token"] = {"pull-requests": "write"}
        told.opened("change", "stranger", "abc")
        told.pulls[0]["number"] = 12
        monkeypatch.setenv("GITHUB_API_URL", told.address)
        monkeypatch.setenv("GITHUB_REPOSITORY", "ann/slipway")
        monkeypatch.setenv("GITHUB_TOKEN", "token")
        yield told


def add(host: Host, user: dict[str, str], body: str) -> dict[str, Any]:
    """A comment that is there already."""
    number = len(host.comments) + 1
    one = {"id": number, "user": user, "body": body, "html_url": f"#{number}"}
    host.comments.append(one)
    return one


def test_there_is_one_comment_and_it_is_edited(host: Host) -> None:
    for body in (f"{MARK}\nfirst", f"{MARK}\nsecond", f"{MARK}\nsecond"):
        GitHub.here().comment(12, body)

    assert [one["body"] for one in host.comments] == [f"{MARK}\nsecond"]
    assert sum(one.startswith("PATCH") for one in host.asked) == 1


def test_it_is_found_after_hundreds_of_others(host: Host) -> None:
    for number in range(250):
        add(host, STRANGER, f"comment {number}")
    add(host, BOT, f"{MARK}\nold")

    GitHub.here().comment(12, f"{MARK}\nnew")

    assert len(host.comments) == 251
    assert host.comments[-1]["body"] == f"{MARK}\nnew"


def test_a_strangers_comment_with_the_mark_stays_theirs(host: Host) -> None:
    theirs = add(host, STRANGER, f"{MARK}\nmine")

    GitHub.here().comment(12, f"{MARK}\nnew")

    assert theirs["body"] == f"{MARK}\nmine"
    assert len(host.comments) == 2


def test_a_request_is_found_by_where_it_comes_from_and_at_which_commit(
    host: Host,
) -> None:
    github = GitHub.here()

    assert github.request_of("stranger:change", "abc") == 12
    with pytest.raises(CommentError, match="no open pull request comes from"):
        github.request_of("stranger:change", "older")
    with pytest.raises(CommentError, match="no open pull request comes from"):
        github.request_of("other:change", "abc")


def test_what_github_refuses_is_one_sentence(host: Host) -> None:
    host.tokens["token"] = {}

    with pytest.raises(CommentError) as refused:
        GitHub.here().comment(12, MARK)

    assert "pull-requests: write" in str(refused.value)
    assert "Resource not accessible by integration" in str(refused.value)
    assert "token" not in str(refused.value).replace("the token needs", "")


def test_without_a_token_it_says_which_variable_to_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "ann/slipway")
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)

    with pytest.raises(CommentError, match="GITHUB_TOKEN is not set"):
        GitHub.here()
