"""The one comment of a pull request on GitHub, edited in place."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import httpx

from .markdown import MARK

_PAGES = 30
_TIMEOUT_S = 30


class CommentError(Exception):
    """A comment that cannot be written; says why."""


@dataclass(frozen=True)
class GitHub:
    """A repository, with a token that may write comments on its pull requests."""

    client: httpx.Client
    repository: str

    @classmethod
    def here(cls) -> Self:
        """As a workflow's environment names it; raises CommentError."""
        repository, token = (
            os.environ.get(name) for name in ("GITHUB_REPOSITORY", "GITHUB_TOKEN")
        )
        if not repository or not token:
            missing = "GITHUB_REPOSITORY" if not repository else "GITHUB_TOKEN"
            raise CommentError(
                f"{missing} is not set; set both, as a workflow of GitHub does, or say "
                "--dry-run to see the comment"
            )
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        address = os.environ.get("GITHUB_API_URL", "https://api.github.com")
        transport = httpx.HTTPTransport(retries=3)
        client = httpx.Client(
            base_url=address, headers=headers, timeout=_TIMEOUT_S, transport=transport
        )
        return cls(client, repository)

    def request_of(self, head: str, commit: str | None) -> int:
        """The open pull request from `owner:branch`, if it still is at `commit`."""
        asked = {"state": "open", "head": head}
        found = self._asked("GET", f"/repos/{self.repository}/pulls", params=asked)
        for one in found:
            if commit in (None, one["head"]["sha"]):
                return int(one["number"])
        raise CommentError(
            f"no open pull request comes from {head} at {commit or 'it'}"
        )

    def comment(self, number: int, body: str) -> str:
        """Write the comment, or what has changed of it; gives its address."""
        address = f"/repos/{self.repository}/issues/{number}/comments"
        for one in self._comments(address):
            if one["body"].startswith(MARK) and self._is_mine(one["user"]):
                if one["body"] == body:
                    return str(one["html_url"])
                place = f"/repos/{self.repository}/issues/comments/{one['id']}"
                return str(self._asked("PATCH", place, json={"body": body})["html_url"])
        return str(self._asked("POST", address, json={"body": body})["html_url"])

    def _comments(self, address: str) -> Iterator[Any]:
        for page in range(1, _PAGES + 1):
            asked = {"per_page": 100, "page": page}
            found = self._asked("GET", address, params=asked)
            yield from found
            if len(found) < 100:
                return

    def _is_mine(self, user: Any) -> bool:
        """Somebody else's comment may begin with the mark too, and stays theirs."""
        mine = self.client.get("/user")
        if mine.status_code == 200:
            return bool(mine.json()["login"] == user["login"])
        # A workflow's own token is of an app, which has no user to ask for.
        return user["type"] == "Bot"

    def _asked(self, method: str, address: str, **words: Any) -> Any:
        try:
            answer = self.client.request(method, address, **words)
        except httpx.HTTPError as error:
            raise CommentError(f"GitHub does not answer: {error}") from None
        if answer.is_error:
            said = answer.json().get("message", "") if _is_json(answer) else ""
            raise CommentError(
                f"GitHub refuses {method} {address} ({answer.status_code} {said}); the "
                "token needs the permission pull-requests: write"
            )
        return answer.json()


def _is_json(answer: httpx.Response) -> bool:
    return "json" in answer.headers.get("content-type", "")
