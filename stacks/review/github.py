"""What is told on GitHub: one comment, one pull request, one issue, edited in place."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

import httpx

from .markdown import MARK

_PAGES = 30
_TIMEOUT_S = 30


class CommentError(Exception):
    """Something that cannot be told on GitHub; says why."""


@dataclass(frozen=True)
class GitHub:
    """A repository, with a token that may write to its pull requests or issues."""

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
                "--dry-run to see what would be told"
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
        one = self._kept(self._comments(address), MARK)
        if one is None:
            return str(self._asked("POST", address, json={"body": body})["html_url"])
        if one["body"] == body:
            return str(one["html_url"])
        place = f"/repos/{self.repository}/issues/comments/{one['id']}"
        return str(self._asked("PATCH", place, json={"body": body})["html_url"])

    def request(self, branch: str, title: str, body: str) -> str:
        """Ask for a branch to be merged, or tell it anew; gives the address."""
        owner = self.repository.partition("/")[0]
        address = f"/repos/{self.repository}/pulls"
        told = {"title": title, "body": body}
        asked = {"state": "open", "head": f"{owner}:{branch}"}
        for one in self._asked("GET", address, params=asked):
            place = f"{address}/{one['number']}"
            return str(self._asked("PATCH", place, json=told)["html_url"])
        main = self._asked("GET", f"/repos/{self.repository}")["default_branch"]
        told |= {"head": branch, "base": main}
        return str(self._asked("POST", address, json=told)["html_url"])

    def issue(self, title: str, body: str, *, mark: str, label: str) -> str | None:
        """
        Keep one open issue with the mark: open it, edit it, or close it without `body`.

        Gives its address; None where there is none and none is needed.
        """
        address = f"/repos/{self.repository}/issues"
        asked = {"state": "open", "labels": label, "per_page": 100}
        listed = self._asked("GET", address, params=asked, needs="issues")
        one = self._kept(listed, mark)
        marked = f"{mark}\n{body}"
        if one is None:
            if not body:
                return None
            told = {"title": title, "body": marked, "labels": [label]}
            made = self._asked("POST", address, json=told, needs="issues")
            return str(made["html_url"])
        if one["body"] == marked:
            return str(one["html_url"])
        change = {"body": marked} if body else {"state": "closed"}
        place = f"{address}/{one['number']}"
        done = self._asked("PATCH", place, json=change, needs="issues")
        return str(done["html_url"])

    def _kept(self, listed: Iterable[Any], mark: str) -> Any:
        """What was written here before under this mark; None where nothing was."""
        marked = (one for one in listed if (one["body"] or "").startswith(mark))
        return next((one for one in marked if self._is_mine(one["user"])), None)

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

    def _asked(
        self, method: str, address: str, *, needs: str = "pull-requests", **words: Any
    ) -> Any:
        try:
            answer = self.client.request(method, address, **words)
        except httpx.HTTPError as error:
            raise CommentError(f"GitHub does not answer: {error}") from None
        if answer.is_error:
            said = answer.json().get("message", "") if _is_json(answer) else ""
            raise CommentError(
                f"GitHub refuses {method} {address} ({answer.status_code} {said}); the "
                f"token needs the permission {needs}: write"
            )
        return answer.json()


def _is_json(answer: httpx.Response) -> bool:
    return "json" in answer.headers.get("content-type", "")
