"""A release as a pull request: a branch with one changed line, and what to say."""

import difflib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stacks.settings.stack import stack_file
from stacks.settings.stack_file import with_setting

from .delivery import naming
from .gates import Outcome
from .git import answered
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
    *,
    back: str | None = None,
) -> PullRequest:
    """
    Name the release in a stack's file, on a branch of its own, on top of HEAD.

    Neither the work tree nor the index is touched, and nothing else is in the commit.
    Of a rollback, `back` says why.
    """
    path = stack_file(root, target)
    name = path.relative_to(root).as_posix()
    prefix = _git(root, "rev-parse", "--show-prefix").strip()
    try:
        before = _git(root, "show", f"HEAD:{prefix}{name}")
    except PullRequestError:
        raise PullRequestError(
            f"{name} is in no commit yet; commit it, then run this again"
        ) from None
    after = before
    for key, value in naming(release).items():
        after = with_setting(after, key, value, path.name)
    if back is None:
        branch = f"promote/{target}-{release.version}"
        title = f"Promote {release.name} {release.version} to {target}"
        why = _table(outcomes)
    else:
        branch = f"rollback/{target}-{release.version}"
        title = f"Take {target} back to {release.name} {release.version}"
        why = back
    body = _body(target, release, why, name, before, after)
    commit = _commit(root, f"{prefix}{name}", after, f"{title}\n\n{release.digest}\n")
    _git(root, "update-ref", f"refs/heads/{branch}", commit)
    return PullRequest(branch, title, body)


def push(root: Path, made: PullRequest) -> None:
    """Put the branch on origin, in place of an earlier one of the same release."""
    _git(root, "push", "--quiet", "--force", "origin", f"refs/heads/{made.branch}")


def _table(outcomes: Sequence[Outcome]) -> str:
    gates = "\n".join(
        f"| {one.gate} | {one.result} | {_cell(one.want)} | {_cell(one.got)} |"
        for one in outcomes
    )
    return f"| gate | | wanted | found |\n|---|---|---|---|\n{gates}"


def _body(
    target: str, release: Release, why: str, name: str, before: str, after: str
) -> str:
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
        f"{why}\n\n```diff\n{diff}```\n"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _commit(root: Path, path: str, content: str, message: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        _git(root, "read-tree", "HEAD", environ=index)
        blob = _git(root, "hash-object", "-w", "--stdin", stdin=content).strip()
        entry = f"100644,{blob},{path}"
        words = ("update-index", "--add", "--cacheinfo", entry)
        _git(_top(root), *words, environ=index)
        tree = _git(root, "write-tree", environ=index).strip()
    return _git(root, "commit-tree", tree, "-p", "HEAD", stdin=message).strip()


def _top(root: Path) -> Path:
    return Path(_git(root, "rev-parse", "--show-toplevel").strip())


def _git(
    root: Path,
    *words: str,
    stdin: str = "",
    environ: Mapping[str, str] | None = None,
) -> str:
    """What git answers, asked as the user, whose commit this is."""
    given = stdin.encode()
    told = answered(root, *words, error=PullRequestError, stdin=given, environ=environ)
    return told.decode()
