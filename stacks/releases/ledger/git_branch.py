"""Files on a branch of their own, written where no work tree or index is touched."""

import io
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from stacks.releases.git import TIMEOUT_S, git, said

from .event import LedgerError

NETWORK_TIMEOUT_S = 30

# Whoever pushes this branch is not asked for a hook, a signature or a passphrase.
_QUIET = {
    "core.hooksPath": os.devnull,
    "core.filesRefLockTimeout": "5000",
    "core.fsync": "all",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "i18n.commitEncoding": "UTF-8",
    "push.followTags": "false",
    "push.gpgSign": "false",
    "push.recurseSubmodules": "no",
}
_SETTINGS = [part for item in _QUIET.items() for part in ("-c", "=".join(item))]

_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "Slipway",
    "GIT_AUTHOR_EMAIL": "slipway@localhost",
    "GIT_COMMITTER_NAME": "Slipway",
    "GIT_COMMITTER_EMAIL": "slipway@localhost",
    "GIT_NO_REPLACE_OBJECTS": "1",  # a replacement would be an edit nobody sees
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


class UnreachableError(Exception):
    """A remote that does not answer, or does not take what is pushed; says why."""


class GitError(LedgerError):
    """A git command that this repository refuses."""


@dataclass(frozen=True)
class GitBranch:
    """A flat folder of files that grows by one file and one commit at a time."""

    root: Path
    ref: str

    def commits(self, *refs: str) -> dict[str, str]:
        """The commit of each ref that exists."""
        lines = self._git("for-each-ref", "--format=%(objectname) %(refname)", *refs)
        pairs = (line.split(" ", 1) for line in lines.decode().splitlines())
        return {ref: commit for commit, ref in pairs if ref in refs}

    def listing(self, commit: str) -> dict[str, str]:
        """The hash of each file in a commit."""
        entries = self._git("ls-tree", "-z", commit).decode(errors="replace")
        pairs = (entry.split("\t", 1) for entry in entries.split("\0") if entry)
        return {name: mode_type_hash.split(" ")[2] for mode_type_hash, name in pairs}

    def read(self, commit: str) -> tuple[dict[str, bytes], str]:
        """The files of a commit, and its message."""
        listing = self.listing(commit)
        wanted = "\n".join([commit, *listing.values()]) + "\n"
        output = io.BytesIO(self._git("cat-file", "--batch", stdin=wanted.encode()))
        contents: list[bytes] = []
        for name in ("its commit", *listing):
            header = output.readline().split()
            if header[-1] == b"missing":
                raise LedgerError(
                    f"{name} on {self.ref} is lost from this repository; "
                    "fetch it again from another clone"
                )
            contents.append(output.read(int(header[-1])))
            output.readline()
        message = contents[0].partition(b"\n\n")[2].decode(errors="replace")
        return dict(zip(listing, contents[1:], strict=True)), message

    def add(
        self, parent: str | None, name: str, content: bytes, message: str, at: datetime
    ) -> str:
        """A commit with one file more than its parent; nothing points to it yet."""
        blob = self._git("hash-object", "-w", "--stdin", stdin=content).strip()
        tree = self._git("ls-tree", "-z", parent) if parent else b""
        tree += b"100644 blob %s\t%s\0" % (blob, name.encode())
        made = self._git("mktree", "-z", stdin=tree).decode().strip()
        date = f"@{at.timestamp():.0f} +0000"
        return (
            self._git(
                *("commit-tree", made, *(("-p", parent) if parent else ())),
                stdin=message.encode(),
                environ={"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date},
            )
            .decode()
            .strip()
        )

    def move(self, ref: str, new: str, old: str | None) -> bool:
        """Point a ref to a commit unless somebody moved it since: compare and swap."""
        try:
            self._git("update-ref", ref, new, old or "")
        except GitError:
            if self.commits(ref).get(ref) == old:
                raise
            return False
        return True

    def precedes(self, older: str, newer: str) -> bool:
        if older == newer:
            return True
        done = self._run("merge-base", "--is-ancestor", older, newer)
        return done.returncode == 0

    def remote_commit(self, remote: str) -> str | None:
        """Where the branch is on a remote that answers; None where it has none."""
        answer = self._ask_remote("ls-remote", "--refs", "--", remote, self.ref)
        lines = answer.decode().splitlines()
        found = {ref: commit for commit, ref in (line.split("\t") for line in lines)}
        return found.get(self.ref)

    def fetch(self, remote: str, commit: str) -> None:
        """Bring a commit here; no ref and no FETCH_HEAD changes."""
        quiet = ("--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
        self._ask_remote("fetch", *quiet, "--no-filter", "--", remote, commit)

    def push(self, remote: str, commit: str) -> None:
        """Take the branch forward on a remote, never back or aside."""
        target = f"{commit}:{self.ref}"
        self._ask_remote("push", "--no-verify", "--porcelain", "--", remote, target)

    def _ask_remote(self, *command: str) -> bytes:
        try:
            done = self._run(*command, timeout_s=NETWORK_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            raise UnreachableError(f"no answer in {NETWORK_TIMEOUT_S} s") from None
        if done.returncode:
            raise UnreachableError(said(done.stdout + done.stderr))
        return done.stdout

    def _git(
        self,
        *command: str,
        stdin: bytes = b"",
        environ: Mapping[str, str] | None = None,
    ) -> bytes:
        try:
            done = self._run(*command, stdin=stdin, environ=environ)
        except subprocess.TimeoutExpired:
            raise GitError(
                f"git {command[0]} in {self.root} did not end in {TIMEOUT_S} s; "
                "try again"
            ) from None
        if done.returncode:
            raise GitError(
                f"git {command[0]} failed in {self.root} "
                f"({said(done.stderr)}); repair the repository, then try again"
            )
        return done.stdout

    def _run(
        self,
        *command: str,
        stdin: bytes = b"",
        environ: Mapping[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> subprocess.CompletedProcess[bytes]:
        environ = {**_ENVIRONMENT, **(environ or {})}
        words = (*_SETTINGS, *command)
        return git(self.root, *words, stdin=stdin, environ=environ, timeout_s=timeout_s)
