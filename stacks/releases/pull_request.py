"""A promotion as a pull request: a branch with one changed line, and what to say."""

import difflib
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stacks.settings.stack import stack_file
from stacks.settings.stack_file import with_setting

from .delivery import naming
from .gates import Outcome
from .ledger.event import LedgerError, Release


class PullRequestError(LedgerError):
    """A branch that git will not make; says why."""


@dataclass(frozen=True)
class PullRequest:
    """A branch that is ready to be pushed, and the text of its request."""

    branch: str
    title: str
    body: str


def pull_request(
    root: Path,
    target: str,
    release: Release,
    outcomes: Sequence[Outcome],
) -> PullRequest:
    """
    Name the release in a stack's file, on a branch of its own, on top of HEAD.

    Neither the work tree nor the index is touched, and nothing else is in the commit.
    """
    path = stack_file(root, target)
    name = path.relative_to(root).as_posix()
    prefix = _git(root, "rev-parse", "--show-prefix")
    try:
        before = _git(root, "show", f"HEAD:{prefix}{name}", strip=False)
    except PullRequestError:
        raise PullRequestError(
            f"{name} is in no commit yet; commit it, then run this again"
        ) from None
    after = before
    for key, value in naming(release).items():
        after = with_setting(after, key, value, path.name)
    branch = f"promote/{target}-{release.version}"
    title = f"Promote {release.name} {release.version} to {target}"
    body = _body(target, release, outcomes, name, before, after)
    commit = _commit(root, f"{prefix}{name}", after, f"{title}\n\n{release.digest}\n")
    _git(root, "update-ref", f"refs/heads/{branch}", commit)
    return PullRequest(branch, title, body)


def _body(
    target: str,
    release: Release,
    outcomes: Sequence[Outcome],
    name: str,
    before: str,
    after: str,
) -> str:
    gates = "\n".join(
        f"| {one.gate} | {one.result} | {_cell(one.want)} | {_cell(one.got)} |"
        for one in outcomes
    )
    diff = "".join(
        difflib.unified_diff(
            before.splitlines(keepends=True),
            after.splitlines(keepends=True),
            f"a/{name}",
            f"b/{name}",
            n=1,
        )
    )
    return (
        f"{release.name} {release.version} to {target}: `{release.digest}`\n\n"
        f"| gate | | wanted | found |\n|---|---|---|---|\n{gates}\n\n"
        f"```diff\n{diff}```\n"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _commit(root: Path, path: str, content: str, message: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        _git(root, "read-tree", "HEAD", environ=index)
        blob = _git(root, "hash-object", "-w", "--stdin", stdin=content)
        entry = f"100644,{blob},{path}"
        words = ("update-index", "--add", "--cacheinfo", entry)
        _git(root, *words, environ=index, folder=_top(root))
        tree = _git(root, "write-tree", environ=index)
    return _git(root, "commit-tree", tree, "-p", "HEAD", stdin=message)


def _top(root: Path) -> Path:
    return Path(_git(root, "rev-parse", "--show-toplevel"))


def _git(
    root: Path,
    *words: str,
    stdin: str | None = None,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
    strip: bool = True,
) -> str:
    try:
        done = subprocess.run(
            ["git", *words],
            cwd=folder or root,
            input=stdin,
            text=True,
            capture_output=True,
            check=False,
            timeout=60,
            env={**os.environ, **(environ or {})},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PullRequestError(f"git cannot be run: {error}") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise PullRequestError(f"git {words[0]}: {lines[-1]}")
    return done.stdout.strip() if strip else done.stdout
