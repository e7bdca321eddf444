"""A promotion on a branch: one line changed, the work tree as it was."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stacks.releases.gates import Outcome
from stacks.releases.ledger.event import Release
from stacks.releases.pull_request import PullRequest, PullRequestError, pull_request

Git = Callable[..., str]
Wine = Callable[..., Release]

FILE = "# Ours.\nconfig:\n  slipway:tier: prod\n"
PASSED = [Outcome("soak", "pass", "24h in staging", "1d 2h | more")]


@pytest.fixture
def project(repository: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with a prod stack; its user has a name."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ann")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ann@example.org")
    (repository / "stacks").mkdir()
    (repository / "stacks/Pulumi.prod.yaml").write_text(FILE)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "a stack")
    return repository


def _made(project: Path, release: Release) -> PullRequest:
    return pull_request(project, "prod", release, PASSED)


def test_the_branch_has_one_commit_that_changes_one_line(
    project: Path, wine: Wine, git: Git
) -> None:
    made = _made(project, wine("1.4.2"))

    assert made.branch == "promote/prod-1.4.2"
    assert git(project, "rev-list", "--count", f"HEAD..{made.branch}") == "1"
    stat = git(project, "diff", "--numstat", "HEAD", made.branch)
    assert stat == "1\t0\tstacks/Pulumi.prod.yaml"
    text = git(project, "show", f"{made.branch}:stacks/Pulumi.prod.yaml")
    assert text.startswith(FILE)


def test_work_tree_and_index_are_as_they_were(
    project: Path, wine: Wine, git: Git
) -> None:
    (project / "model.txt").write_text("being edited")
    (project / "stacks/Pulumi.prod.yaml").write_text(f"{FILE}  # being edited\n")
    before = git(project, "status", "--porcelain=v2", "--branch")

    made = _made(project, wine("1.4.2"))

    assert git(project, "status", "--porcelain=v2", "--branch") == before
    text = git(project, "show", f"{made.branch}:stacks/Pulumi.prod.yaml")
    assert "being edited" not in text


def test_the_text_shows_gates_and_diff(project: Path, wine: Wine) -> None:
    made = _made(project, wine("1.4.2"))

    assert made.title == "Promote wine 1.4.2 to prod"
    assert "| soak | pass | 24h in staging | 1d 2h \\| more |" in made.body
    assert "+  slipway:image: {name: wine, version: 1.4.2, digest: " in made.body


def test_a_rollback_says_why(project: Path, wine: Wine) -> None:
    made = pull_request(project, "prod", wine("1.4.1"), (), back="wrong currency")

    assert made.branch == "rollback/prod-1.4.1"
    assert made.title == "Take prod back to wine 1.4.1"
    assert "\n\nwrong currency\n\n" in made.body


def test_run_again_it_is_the_same_branch(project: Path, wine: Wine, git: Git) -> None:
    _made(project, wine("1.4.2"))
    made = _made(project, wine("1.4.2", "b"))

    assert git(project, "rev-list", "--count", f"HEAD..{made.branch}") == "1"


def test_a_file_in_no_commit_is_told_of(project: Path, wine: Wine, git: Git) -> None:
    git(project, "rm", "-q", "--cached", "stacks/Pulumi.prod.yaml")
    git(project, "commit", "-q", "-m", "not here")

    with pytest.raises(PullRequestError, match=r"stacks/Pulumi\.prod\.yaml is in no"):
        _made(project, wine("1.4.2"))


def test_outside_git_it_says_so(tmp_path: Path, wine: Wine) -> None:
    with pytest.raises(PullRequestError, match="not a git repository"):
        _made(tmp_path, wine("1.4.2"))
