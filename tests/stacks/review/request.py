"""A pull request: a repository with Slipway in it, and a branch that differs."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from stacks.machine.virtualenv import ROOT
from stacks.releases.ledger import ledger_for
from stacks.releases.ledger.history import History
from stacks.review.change import Change
from stacks.review.record import Review, StackReview
from stacks.review.release import Releases

_PARTS = (
    ".gitignore",
    "Pulumi.yaml",
    "__main__.py",
    "components",
    "model_image",
    "requirements.txt",
    "stacks",
)
_IDENTITY = {"GIT_AUTHOR_NAME": "a", "GIT_COMMITTER_NAME": "a"} | {
    f"GIT_{who}_EMAIL": "a@example.com" for who in ("AUTHOR", "COMMITTER")
}
OLD, NEW = f"sha256:{'ab' * 32}", f"sha256:{'cd' * 32}"
PROD: dict[str, Any] = {
    "tier": "prod",
    "upstream": "staging",
    "image": {"name": "wine", "version": "1.0.0", "digest": OLD},
    "platform": {"kind": "kubernetes", "context": "prod-eu", "namespace": "ml-prod"},
    "registry": {"kind": "oci", "address": "registry.example.com/team"},
    "service": {"replicas": 2},
}
"""Of a stack in a cluster."""


@dataclass(frozen=True)
class Request:
    """The repository, whose work tree is the branch."""

    root: Path

    @classmethod
    def opened(cls, root: Path) -> "Request":
        """With the shipped stacks and prod in a cluster on `main`."""
        ignored = shutil.ignore_patterns("__pycache__", ".slipway")
        for part in _PARTS:
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, root / part, ignore=ignored)
            else:
                shutil.copy2(ROOT / part, root / part)
        request = cls(root)
        request.write("prod", **PROD)
        request.git("init", "--quiet", "--initial-branch=main")
        request.commit("as it is")
        return request

    def branched(self, root: Path) -> "Request":
        """A clone of it, on a branch of its own."""
        self.git("clone", "--quiet", "--shared", ".", str(root))
        branch = Request(root)
        branch.git("switch", "--quiet", "--create", "change")
        return branch

    def write(self, stack: str, **settings: Any) -> None:
        """The file of a stack; keys with a colon are not of Slipway."""
        written = {k if ":" in k else f"slipway:{k}": v for k, v in settings.items()}
        config = {"pulumi:disable-default-providers": ["*"], **written}
        file = self.root / f"stacks/Pulumi.{stack}.yaml"
        file.write_text(yaml.safe_dump({"config": config}, sort_keys=False))

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        """A file of the clone."""
        file = self.root / path
        before = file.read_text()
        assert change(before) != before
        file.write_text(change(before))

    def commit(self, message: str) -> None:
        """All that there is."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def git(self, *words: str) -> None:
        environ = {**os.environ, **_IDENTITY}
        subprocess.run(["git", *words], cwd=self.root, env=environ, check=True)

    def review(
        self, *stacks: str, head: str | None = None, seconds: float = 60
    ) -> Review:
        """What it does, as `python -m stacks diff --base main` has it."""
        releases = Releases(lambda: History(ledger_for(self.root).events()), print)
        change = Change(root=self.root, base="main", head=head)
        return change.review(stacks, releases, seconds=seconds, trusted=False)

    def of(self, stack: str, *, seconds: float = 60) -> StackReview:
        """What it does to one stack."""
        (found,) = self.review(stack, seconds=seconds).stacks
        return found
