"""GitHub's API, as much as Slipway asks: over HTTP, with tokens that may little."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Thing = dict[str, Any]
_BOT = {"login": "github-actions[bot]", "type": "Bot"}


@dataclass
class GitHub:
    """A repository's pull requests, issues and comments, and who may write them."""

    address: str = ""
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)
    """What each token may: `write` on pull-requests, on issues."""
    pulls: list[Thing] = field(default_factory=list)
    issues: list[Thing] = field(default_factory=list)
    comments: list[Thing] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Each method and place that somebody asked for."""

    def opened(self, branch: str, owner: str, sha: str) -> None:
        """Somebody opens a pull request."""
        head = {"label": f"{owner}:{branch}", "sha": sha}
        self.pulls.append(self._made(self.pulls, {"head": head, "body": ""}))

    def answer(self, method: str, path: str, asked: Thing, told: Thing) -> Any:
        """What GitHub answers; None where there is no such place."""
        self.asked.append(f"{method} {path}")
        for wanted, pattern, act in self._routes():
            if method == wanted and (found := re.fullmatch(pattern, path)):
                return act(found, asked, told)
        return None

    def _routes(self) -> list[tuple[str, str, Callable[..., Any]]]:
        comments = "issues/([0-9]+)/comments"
        return [
            ("GET", "", lambda *_: {"default_branch": "main"}),
            ("GET", "pulls", lambda _, asked, __: self._pulls_of(asked["head"])),
            ("POST", "pulls", lambda _, __, told: self._pull(told)),
            ("PATCH", "pulls/([0-9]+)", self._changed(self.pulls)),
            ("GET", "issues", lambda _, asked, __: self._labelled(asked["labels"])),
            ("POST", "issues", lambda _, __, told: self._issue(told)),
            ("PATCH", "issues/([0-9]+)", self._changed(self.issues)),
            ("GET", comments, lambda _, asked, __: _page(self.comments, asked)),
            ("POST", comments, lambda _, __, told: self._comment(told)),
            ("PATCH", "issues/comments/([0-9]+)", self._changed(self.comments)),
        ]

    def _pulls_of(self, head: str) -> list[Thing]:
        found = [one for one in self.pulls if one["head"]["label"] == head]
        return [one for one in found if one["state"] == "open"]

    def _labelled(self, label: str) -> list[Thing]:
        found = [one for one in self.issues if label in one["labels"]]
        return [one for one in found if one["state"] == "open"]

    def _pull(self, told: Thing) -> Thing:
        head = {"label": f"ann:{told['head']}", "sha": ""}
        self.pulls.append(self._made(self.pulls, {**told, "head": head}))
        return self.pulls[-1]

    def _issue(self, told: Thing) -> Thing:
        self.issues.append(self._made(self.issues, told))
        return self.issues[-1]

    def _comment(self, told: Thing) -> Thing:
        self.comments.append(self._made(self.comments, told))
        return self.comments[-1]

    def _made(self, beside: list[Thing], told: Thing) -> Thing:
        number = len(beside) + 1
        page = f"https://github.test/{number}"
        own = {"number": number, "id": number, "state": "open", "html_url": page}
        return {"user": _BOT, **own, **told}

    @staticmethod
    def _changed(things: list[Thing]) -> Callable[..., Thing]:
        def change(found: re.Match[str], _: Thing, told: Thing) -> Thing:
            thing = things[int(found[1]) - 1]
            thing.update(told)
            return thing

        return change


def _page(things: list[Thing], asked: Thing) -> list[Thing]:
    """Some at a time, as everywhere on GitHub."""
    size = int(asked["per_page"])
    first = (int(asked["page"]) - 1) * size
    return things[first : first + size]


@contextmanager
def serving() -> Iterator[GitHub]:
    """The API on a port of this machine."""
    github = GitHub()

    class Answering(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            place = urlsplit(self.path)
            asked = {name: one[0] for name, one in parse_qs(place.query).items()}
            length = int(self.headers.get("content-length") or 0)
            told = json.loads(self.rfile.read(length) or b"{}")
            token = (self.headers.get("authorization") or "").partition(" ")[2]
            path = place.path.removeprefix("/repos/ann/slipway").strip("/")
            if self._may(path, github.tokens.get(token)):
                found = github.answer(self.command, path, asked, told)
                self._say(404 if found is None else 200, found)
            else:
                refusal = {"message": "Resource not accessible by integration"}
                self._say(403, refusal)

        def _may(self, path: str, permissions: dict[str, str] | None) -> bool:
            if permissions is None or path == "user":
                return False
            # Comments on a pull request need its permission, though issues have them.
            is_issue = path.startswith("issues") and "comments" not in path
            asked = "issues" if is_issue else "pull-requests" if path else "contents"
            enough = ("write",) if self.command != "GET" else ("read", "write")
            return permissions.get(asked) in enough

        def _say(self, code: int, answer: Any) -> None:
            content = json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = _answer

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        github.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield github
        finally:
            server.shutdown()
            thread.join()
