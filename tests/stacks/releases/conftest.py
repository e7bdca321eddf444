"""Releases to write about, and repositories of no particular person to write in."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from stacks.releases.ledger.event import Release

ROOT = Path(__file__).parents[3]
CI = ("GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "BUILDKITE")

# A slow machine is no wrong ledger.
settings.register_profile("releases", deadline=None)
settings.load_profile("releases")

Git = Callable[..., str]
Script = Callable[..., str]


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("SLIPWAY_STATE_HOME", str(tmp_path / "state"))
    for marker in CI:
        monkeypatch.delenv(marker, raising=False)


@pytest.fixture
def wine() -> Callable[..., Release]:
    def release(version: str, digest: str = "a", recipe: str | None = None) -> Release:
        return Release(
            name="wine",
            version=version,
            digest=f"sha256:{digest * 64}" if digest else None,
            recipe=recipe,
        )

    return release


@pytest.fixture
def git() -> Git:
    def run(folder: Path, *command: str, stdin: str = "") -> str:
        who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        full = ["git", "-C", str(folder), *who, *command]
        done = subprocess.run(full, input=stdin, text=True, capture_output=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


@pytest.fixture
def repository(tmp_path: Path, git: Git) -> Path:
    folder = tmp_path / "clone"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "model.txt").write_text("a model\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "a model")
    return folder


@pytest.fixture
def remote(tmp_path: Path, repository: Path, git: Git) -> Path:
    """A bare repository, which `repository` calls origin."""
    folder = tmp_path / "origin.git"
    git(repository, "clone", "-q", "--bare", str(repository), str(folder))
    git(repository, "remote", "add", "origin", str(folder))
    return folder


@pytest.fixture
def script() -> Script:
    """Run Python in a process without threads, so that it may fork."""

    def run(source: str, *arguments: object) -> str:
        done = subprocess.run(
            [sys.executable, "-c", source, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            text=True,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
