"""A revision of the clone, unpacked beside it; git's own files stay behind."""

import io
import shutil
import tarfile
import tempfile
from functools import partial
from pathlib import Path

from stacks.releases.git import answered, git

from .extract import LeadsAway, extract

_LEFT_OUT = (".", ":(exclude)tests", ":(exclude)docs")


class RevisionError(Exception):
    """A revision that is not to be had; says why."""


_out = partial(answered, error=RevisionError)


def commit_of(root: Path, revision: str) -> str:
    """The commit that `revision` means here."""
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options")
    done = git(root, *words, f"{revision}^{{commit}}")
    if done.returncode:
        raise RevisionError(
            f"{revision} is no revision of this clone; fetch it, or name another"
        )
    return done.stdout.decode().strip()


def merge_base(root: Path, one: str, other: str) -> str:
    """Where two commits parted: what the other one got since is no part of a change."""
    done = git(root, "merge-base", one, other)
    if done.returncode:
        raise RevisionError(
            f"{one[:12]} and {other[:12]} have no common history here; fetch all of it "
            "(git fetch --unshallow)"
        )
    return done.stdout.decode().strip()


def paths_since(root: Path, commit: str) -> list[Path]:
    """The files that HEAD has otherwise than a commit had, or no more."""
    names = _out(root, "diff", "--name-only", "--relative", "-z", commit, "HEAD")
    return [root / name for name in names.decode().split("\0") if name]


def unpack(root: Path, revision: str | None, folder: Path) -> None:
    """
    Put the clone as it is in `revision` into `folder`; None means as it is on disk.

    On disk, what git ignores is left out, and neither index nor work tree is touched.
    Slipway's own tests and docs, which no program is made of, are left out of both.
    """
    prefix = _out(root, "rev-parse", "--show-prefix").decode().strip()
    tree = f"{revision}:{prefix}" if revision else _on_disk(root, prefix)
    archive = _out(root, "archive", "--format=tar", tree, "--", *_LEFT_OUT)
    folder.mkdir()
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        try:
            extract(packed, folder)
        except LeadsAway as error:
            raise RevisionError(
                f"the revision has a file that leads away: {error}"
            ) from None


def _on_disk(root: Path, prefix: str) -> str:
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "index"
        index = {"GIT_INDEX_FILE": str(file)}
        own = root / _out(root, "rev-parse", "--git-path", "index").decode().strip()
        if own.exists():
            # It knows which files are as they were, so that not all are read again.
            shutil.copy2(own, file)
        else:
            _out(root, "read-tree", "HEAD", environ=index)
        _out(root, "add", "--all", ".", environ=index)
        tree = _out(root, "write-tree", environ=index).decode().strip()
    return f"{tree}:{prefix}"
