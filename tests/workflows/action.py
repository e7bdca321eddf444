"""What stands here for each action that the workflows use; there is no other one."""

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).parents[2]
With = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a job runs, and what it may."""

    origin: Path
    workspace: Path
    temp: Path
    artifacts: Path
    commit: str
    may_push: bool


def checkout(place: Place, told: With) -> None:
    """a clone of origin, which can push only where the job may and asks to"""
    _git(place, "clone", "--quiet", str(place.origin), ".")
    _git(place, "fetch", "--quiet", "origin", "+refs/pull/*:refs/remotes/pull/*")
    _git(place, "checkout", "--quiet", "--detach", place.commit)
    if not (place.may_push and told["persist-credentials"] == "true"):
        _git(place, "remote", "set-url", "--push", "origin", "/no/credentials")


def ready(place: Place, told: With) -> None:
    """the virtualenv of the tests"""
    (place.workspace / ".venv").symlink_to(ROOT / ".venv")


def cloud(place: Place, told: With) -> None:
    """no cloud, and no Pulumi but one on PATH"""


def upload(place: Place, told: With) -> None:
    """a folder of artifacts"""
    folder = place.artifacts / told["name"]
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(place.workspace / told["path"], folder)


def download(place: Place, told: With) -> None:
    """that folder, those of this name or pattern together"""
    folder = Path(told["path"])
    assert not folder.is_relative_to(place.workspace), "a stranger's file beside code"
    for artifact in place.artifacts.iterdir():
        if fnmatchcase(artifact.name, told.get("name") or told["pattern"]):
            shutil.copytree(artifact, folder, dirs_exist_ok=True)


def _git(place: Place, *words: str) -> None:
    subprocess.run(
        ["git", *words], cwd=place.workspace, check=True, capture_output=True
    )


ACTIONS: Mapping[str, Callable[[Place, With], None]] = {
    "./.github/actions/cloud": cloud,
    "./.github/actions/ready": ready,
    "actions/checkout": checkout,
    "actions/download-artifact": download,
    "actions/upload-artifact": upload,
}
