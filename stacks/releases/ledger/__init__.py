"""The append-only history that every gate reads, wherever a project keeps it."""

import hashlib
import os
import shutil
from pathlib import Path

import yaml

from stacks.settings import local_state

from .emergency import EmergencyLedger
from .event import LedgerError
from .folder_ledger import FolderLedger
from .git_ledger import GitLedger
from .ledger import Ledger

__all__ = ["Ledger", "LedgerError", "ledger_for"]


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
