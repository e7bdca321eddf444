"""What makes a workflow run, with as much of its payload as the workflows read."""

from dataclasses import dataclass, field
from typing import Any, Self

REPOSITORY = "ann/slipway"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened, and the commit at which its workflows run."""

    name: str
    sha: str
    payload: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)

    @classmethod
    def push(cls, before: str, sha: str) -> Self:
        return cls(name="push", sha=sha, payload={"before": before})

    @classmethod
    def dispatch(cls, sha: str, **inputs: str) -> Self:
        return cls(name="workflow_dispatch", sha=sha, inputs=inputs)

    @classmethod
    def pull_request(cls, merge: str, *, of: str = REPOSITORY) -> Self:
        head = {"repo": {"full_name": of}}
        told = {"pull_request": {"number": 1, "head": head}}
        return cls(name="pull_request", sha=merge, payload=told)

    @classmethod
    def completed(cls, sha: str, *, head: str, branch: str, of: str) -> Self:
        """A run of `pull request` ended; main is at `sha`, the request at `head`."""
        run = {
            "id": 7,
            "event": "pull_request",
            "conclusion": "success",
            "head_sha": head,
            "head_branch": branch,
            "head_repository": {
                "full_name": of,
                "owner": {"login": of.partition("/")[0]},
            },
        }
        return cls(name="workflow_run", sha=sha, payload={"workflow_run": run})

    @classmethod
    def schedule(cls, sha: str) -> Self:
        return cls(name="schedule", sha=sha)
