"""The append-only history that every gate reads, wherever a project keeps it."""

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import yaml
from pydantic import JsonValue

from stacks.settings import local_state

from .emergency import EmergencyLedger
from .event import Event, Kind, LedgerError, Release, Unless
from .folder_ledger import FolderLedger
from .git_ledger import GitLedger

__all__ = ["Ledger", "LedgerError", "ledger_for"]


class Ledger(Protocol):
    """
    Events of all stacks of a project, oldest first.

    Both methods raise LedgerError, one sentence that names the event file, when the
    ledger cannot be read or somebody forged it; neither builds on a broken one.
    """

    notice: str | None
    """After a call: a sentence the user must see, such as that others cannot see the
    new event yet."""
    blind: str | None
    """After a call: why events of others may be missing from it."""

    def append(
        self,
        kind: Kind,
        stack: str,
        release: Release,
        deployment: str | None = None,
        evidence: Mapping[str, JsonValue] | None = None,
        unless: Unless | None = None,
    ) -> Event:
        """
        Add an event after all others; once it returns, the event is on disk.

        `unless` is asked about exactly the events that it would follow; the reason it
        gives is raised as Overtaken, and nothing is written.
        """
        ...

    def events(self) -> list[Event]: ...


def ledger_for(root: Path, *, remote: str | None = None) -> EmergencyLedger:
    """
    The ledger of the project in `root`: on a branch of its git repository or, without
    one, in the user's state folder.

    With `remote` (a git remote's name or address) it is shared with all who use it.
    Where it cannot be used, a broken glass keeps what happens on this machine.
    """
    root = root.resolve()
    clone = hashlib.sha256(str(root).encode()).hexdigest()[:12]
    spool = local_state.folder() / "break-glass" / f"{_project(root)}-{clone}"
    return EmergencyLedger(_usual_ledger(root, remote), FolderLedger(root, spool))


def _usual_ledger(root: Path, remote: str | None) -> GitLedger | FolderLedger:
    if remote and not shutil.which("git"):
        raise LedgerError(
            f"slipway:ledger.remote is {remote}, and git is not on PATH; install git"
        )
    repository = any((folder / ".git").exists() for folder in (root, *root.parents))
    if repository and shutil.which("git"):
        return GitLedger(root, remote)
    notice = None
    if repository:
        notice = "git is not on PATH, so releases are recorded on this machine only"
    return FolderLedger(root, local_state.folder() / "ledger" / _project(root), notice)


def _project(root: Path) -> str:
    """A project is known by the name in Pulumi.yaml, to us as to Pulumi: the clone may
    move."""
    try:
        name = yaml.safe_load((root / "Pulumi.yaml").read_text())["name"]
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        name = root.name
    return str(name).replace(os.sep, "-")
