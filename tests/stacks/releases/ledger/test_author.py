import getpass
from pathlib import Path

import pytest

from stacks.releases.ledger.author import author


def test_in_ci_the_author_is_the_subject_of_the_job(tmp_path: Path) -> None:
    github = {"GITHUB_ACTIONS": "true", "GITHUB_ACTOR": "ann", "GITHUB_RUN_ID": "7"}
    gitlab = {"GITLAB_CI": "true", "GITLAB_USER_LOGIN": "ann", "CI_JOB_ID": "7"}

    assert author(tmp_path, github) == "ann (GitHub Actions run 7)"
    assert author(tmp_path, gitlab) == "ann (GitLab job 7)"


def test_at_a_desk_the_author_is_who_git_says(repository: Path, git) -> None:
    git(repository, "config", "user.email", "ann@example.org")

    assert author(repository, {"GITHUB_ACTOR": "somebody"}) == "ann@example.org"


def test_without_a_git_identity_the_author_is_the_machines_user(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "ann")

    assert author(repository, {}) == "ann"


def test_a_user_without_a_name_is_known_by_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr(getpass, "getuser", nameless)
    monkeypatch.setattr("os.getuid", lambda: 4711)

    assert author(tmp_path, {}) == "uid 4711"
