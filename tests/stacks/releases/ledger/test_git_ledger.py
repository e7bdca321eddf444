"""Events on a branch of one clone: nothing else in it moves, and nothing is lost."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from stacks.releases.ledger.event import LedgerError, Release
from stacks.releases.ledger.git_branch import GitBranch
from stacks.releases.ledger.git_ledger import REF, GitLedger

Wine = Callable[..., Release]
Git = Callable[..., str]

WRITERS = """
import os, sys
from pathlib import Path
from stacks.releases.ledger.event import Release
from stacks.releases.ledger.git_ledger import GitLedger

children = []
for writer in range(8):
    child = os.fork()
    if child == 0:
        for n in range(3):
            GitLedger(Path(sys.argv[1])).append(
                "built", "dev", Release(name="wine", version="1.0.1"), None,
                {"writer": writer, "n": n},
            )
        os._exit(0)
    children.append(child)
assert all(os.waitpid(child, 0)[1] == 0 for child in children)
"""

MORTAL = """
import os, signal, sys
from pathlib import Path
from stacks.releases.ledger.event import Release
from stacks.releases.ledger.git_branch import GitBranch
from stacks.releases.ledger.git_ledger import GitLedger

root, run, release = Path(sys.argv[1]), GitBranch._run, Release(name="w", version="1")
GitLedger(root).append("built", "dev", release)

def mortal(step, after):
    count = 0
    def die(*arguments, **options):
        nonlocal count
        count += 1
        if count == step and after:
            run(*arguments, **options)
        if count == step:
            print(arguments[1], flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        return run(*arguments, **options)
    GitBranch._run = die
    GitLedger(root).append("built", "dev", release)
    os._exit(0)

step, died = 1, True
while died:
    for after in (False, True):
        child = os.fork()
        if child == 0:
            mortal(step, after)
        died = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        GitLedger(root).events()
    step += 1
"""


def state(repository: Path, git: Git) -> tuple[str, ...]:
    """All of a repository that a person would notice."""
    refs = git(repository, "for-each-ref", "--format=%(refname) %(objectname)")
    return (
        git(repository, "status", "--porcelain=v2", "--branch", "--ignored"),
        git(repository, "ls-files", "--stage"),
        "\n".join(line for line in refs.splitlines() if REF not in line),
        Path(repository, ".git", "HEAD").read_text(),
        git(repository, "config", "--local", "--list"),
        " ".join(sorted(os.listdir(repository))),
    )


def commit_by_hand(repository: Path, git: Git, tree: str, *parents: str) -> None:
    flags = [flag for parent in parents for flag in ("-p", parent)]
    commit = git(repository, "commit-tree", tree, *flags, "-m", "by hand")
    git(repository, "update-ref", REF, commit)


def test_events_are_read_back_in_order(repository: Path, wine: Wine) -> None:
    ledger = GitLedger(repository)
    appended = [
        ledger.append("verified", "staging", wine(version), "fit", {"n": 1.5})
        for version in ("1.0.0", "1.0.1")
    ]

    assert GitLedger(repository).events() == appended
    assert appended[1].parent == appended[0].hash


def test_the_branch_reads_as_a_history_and_starts_no_pipeline(
    repository: Path, wine: Wine, git: Git
) -> None:
    GitLedger(repository).append("verified", "staging", wine("1.0.1"))

    log = git(repository, "log", "--format=%an|%ce|%s|%b", "slipway-ledger")

    assert log.startswith(
        "Slipway|slipway@localhost|verified in staging: wine 1.0.1 (sha256:aaaaaaaaaaaa"
    )
    assert "[skip ci]" in log


def test_an_append_leaves_work_tree_index_head_and_other_refs_alone(
    repository: Path, wine: Wine, git: Git
) -> None:
    (repository / "model.txt").write_text("changed\n")
    (repository / "staged.txt").write_text("staged\n")
    git(repository, "add", "staged.txt")
    before = state(repository, git)

    GitLedger(repository).append("built", "dev", wine("1.0.1"))

    assert state(repository, git) == before


def test_a_repository_without_a_commit_can_hold_a_ledger(
    tmp_path: Path, wine: Wine, git: Git
) -> None:
    git(tmp_path, "init", "-q", "-b", "main")

    GitLedger(tmp_path).append("built", "dev", wine("1.0.1"))

    assert len(GitLedger(tmp_path).events()) == 1
    assert git(tmp_path, "for-each-ref", "--format=%(refname)") == REF


def test_linked_work_trees_and_a_detached_head_share_one_ledger(
    repository: Path, tmp_path: Path, wine: Wine, git: Git
) -> None:
    linked = tmp_path / "linked"
    git(repository, "worktree", "add", "-q", "--detach", str(linked))

    GitLedger(linked).append("built", "dev", wine("1.0.0"))
    GitLedger(repository).append("built", "dev", wine("1.0.1"))

    assert len(GitLedger(linked).events()) == 2


def test_a_git_hook_that_runs_slipway_does_not_lead_it_astray(
    repository: Path, tmp_path: Path, wine: Wine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))

    GitLedger(repository).append("built", "dev", wine("1.0.1"))

    monkeypatch.delenv("GIT_DIR")
    assert len(GitLedger(repository).events()) == 1


def test_hooks_signing_and_missing_identities_do_not_stop_an_append(
    repository: Path, wine: Wine, git: Git
) -> None:
    for name in ("reference-transaction", "pre-commit", "post-commit"):
        hook = repository / ".git" / "hooks" / name
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
    git(repository, "config", "commit.gpgSign", "true")
    git(repository, "config", "gpg.program", "/bin/false")
    git(repository, "config", "user.useConfigOnly", "true")

    GitLedger(repository).append("built", "dev", wine("1.0.1"))

    assert len(GitLedger(repository).events()) == 1


def test_reading_a_long_ledger_starts_no_more_processes_than_a_short_one(
    repository: Path, wine: Wine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, counts, run = GitLedger(repository), [], GitBranch._run
    monkeypatch.setattr(
        GitBranch, "_run", lambda *a, **k: (counts.append(a[1]), run(*a, **k))[1]
    )
    for version in ("1.0.0", "1.0.1", "1.0.2"):
        ledger.append("built", "dev", wine(version))
        counts.clear()
        ledger.events()

        assert counts == ["for-each-ref", "ls-tree", "cat-file"]


def test_an_event_removed_by_a_commit_is_found(
    repository: Path, wine: Wine, git: Git
) -> None:
    for version in ("1.0.0", "1.0.1"):
        GitLedger(repository).append("failed", "dev", wine(version))
    head = git(repository, "rev-parse", REF)

    commit_by_hand(repository, git, f"{REF}~1^{{tree}}", head)

    with pytest.raises(LedgerError, match="was not written by Slipway"):
        GitLedger(repository).events()


def test_an_event_edited_under_slipways_own_message_is_found(
    repository: Path, wine: Wine, git: Git
) -> None:
    GitLedger(repository).append("failed", "dev", wine("1.0.1"))
    forged = git(repository, "show", f"{REF}:000001.json").replace("failed", "verified")
    blob = git(repository, "hash-object", "-w", "--stdin", stdin=forged + "\n")
    tree = git(repository, "mktree", stdin=f"100644 blob {blob}\t000001.json\n")
    message = git(repository, "log", "-1", "--format=%B", REF)
    commit = git(repository, "commit-tree", tree, "-m", message)
    git(repository, "update-ref", REF, commit)

    with pytest.raises(LedgerError, match=r"000001\.json.*edited"):
        GitLedger(repository).append("built", "dev", wine("1.0.2"))


def test_a_replaced_commit_is_not_believed(
    repository: Path, wine: Wine, git: Git
) -> None:
    for version in ("1.0.0", "1.0.1"):
        GitLedger(repository).append("failed", "dev", wine(version))

    git(repository, "replace", REF, f"{REF}~1")

    assert len(GitLedger(repository).events()) == 2


def test_a_branch_of_that_name_that_is_no_ledger_is_left_alone(
    repository: Path, wine: Wine, git: Git
) -> None:
    git(repository, "branch", "slipway-ledger")
    before = git(repository, "rev-parse", REF)

    with pytest.raises(LedgerError, match="not written by Slipway"):
        GitLedger(repository).append("built", "dev", wine("1.0.1"))

    assert git(repository, "rev-parse", REF) == before


def test_a_repository_that_git_refuses_is_one_sentence(
    repository: Path, wine: Wine
) -> None:
    (repository / ".git" / "config").write_text("[core\n")

    with pytest.raises(LedgerError, match=r"^git for-each-ref failed in .*bad config"):
        GitLedger(repository).events()


def test_eight_writers_at_once_lose_nothing(
    repository: Path, script: Callable[..., str]
) -> None:
    script(WRITERS, repository)

    events = GitLedger(repository).events()

    told = {(event.evidence["writer"], event.evidence["n"]) for event in events}
    assert told == {(writer, n) for writer in range(8) for n in range(3)}
    assert len(events) == 24


def test_a_writer_killed_at_any_step_leaves_a_whole_ledger(
    repository: Path, wine: Wine, script: Callable[..., str]
) -> None:
    steps = script(MORTAL, repository).split()
    survivors = len(GitLedger(repository).events())

    last = GitLedger(repository).append("built", "dev", wine("1.0.1"))

    assert {"hash-object", "mktree", "commit-tree", "update-ref"} <= set(steps)
    # The first, one of a writer that died once the branch had moved, two that lived.
    assert survivors == 1 + 1 + 2
    assert GitLedger(repository).events()[survivors:] == [last]
