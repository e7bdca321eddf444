"""One comment of a pull request, whoever asks and how often."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from stacks.review.github import CommentError, GitHub
from stacks.review.markdown import MARK

BOT = {"login": "github-actions[bot]", "type": "Bot"}
STRANGER = {"login": "mallory", "type": "User"}


class Host:
    """As much of GitHub as a comment needs."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.requests = [{"number": 12, "head": {"sha": "abc"}}]
        self.refuses = 0

    def add(self, user: dict[str, str], body: str) -> dict[str, Any]:
        number = len(self.comments) + 1
        one = {"id": number, "user": user, "body": body, "html_url": f"#{number}"}
        self.comments.append(one)
        return one

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """A status and what is told."""
        address, asked = urlsplit(path), parse_qs(urlsplit(path).query)
        self.asked.append(f"{method} {address.path}")
        if self.refuses:
            return self.refuses, {"message": "Resource not accessible by integration"}
        if address.path == "/user":
            return 403, {"message": "Resource not accessible by integration"}
        if address.path.endswith("/pulls"):
            mine = asked["head"] == ["stranger:change"]
            return 200, self.requests if mine else []
        if method == "PATCH":
            one = self.comments[int(address.path.rpartition("/")[2]) - 1]
            one["body"] = body["body"]
            return 200, one
        if method == "POST":
            return 201, self.add(BOT, body["body"])
        first = (int(asked["page"][0]) - 1) * 100
        return 200, self.comments[first : first + 100]


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    told = Host()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            status, answer = told.answer(self.command, self.path, body)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = _answer

        def log_message(self, *_: object, **__: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("GITHUB_API_URL", address)
        monkeypatch.setenv("GITHUB_REPOSITORY", "team/models")
        monkeypatch.setenv("GITHUB_TOKEN", "token")
        yield told
        server.shutdown()


def test_there_is_one_comment_and_it_is_edited(host: Host) -> None:
    for body in (f"{MARK}\nfirst", f"{MARK}\nsecond", f"{MARK}\nsecond"):
        GitHub.here().comment(12, body)

    assert [one["body"] for one in host.comments] == [f"{MARK}\nsecond"]
    assert sum(one.startswith("PATCH") for one in host.asked) == 1


def test_it_is_found_after_hundreds_of_others(host: Host) -> None:
    for number in range(250):
        host.add(STRANGER, f"comment {number}")
    host.add(BOT, f"{MARK}\nold")

    GitHub.here().comment(12, f"{MARK}\nnew")

    assert len(host.comments) == 251
    assert host.comments[-1]["body"] == f"{MARK}\nnew"


def test_a_strangers_comment_with_the_mark_stays_theirs(host: Host) -> None:
    theirs = host.add(STRANGER, f"{MARK}\nmine")

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
    host.refuses = 403

    with pytest.raises(CommentError) as refused:
        GitHub.here().comment(12, MARK)

    assert "pull-requests: write" in str(refused.value)
    assert "Resource not accessible by integration" in str(refused.value)
    assert "token" not in str(refused.value).replace("the token needs", "")


def test_without_a_token_it_says_which_variable_to_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "team/models")
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)

    with pytest.raises(CommentError, match="GITHUB_TOKEN is not set"):
        GitHub.here()
