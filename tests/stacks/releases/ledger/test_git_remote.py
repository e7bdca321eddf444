"""One ledger in many clones: what each sees of the others, and what a race does."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from stacks.releases.ledger import ledger as any_ledger
from stacks.releases.ledger.event import LedgerError, Release
from stacks.releases.ledger.git_ledger import REF, GitLedger

Wine = Callable[..., Release]
Git = Callable[..., str]

RACERS = """
import os, sys
from pathlib import Path
from stacks.releases.ledger.event import Release
from stacks.releases.ledger.git_ledger import GitLedger

children = []
for clone in sys.argv[1:]:
    for writer in range(2):
        child = os.fork()
        if child == 0:
            for n in range(2):
                ledger = GitLedger(Path(clone), "origin")
                event = ledger.append(
                    "built", "dev", Release(name="wine", version="1.0.1"), None,
                    {"clone": clone, "writer": writer, "n": n},
                )
                assert ledger.notice is None, ledger.notice
                assert event in ledger.events()
            os._exit(0)
        children.append(child)
assert all(os.waitpid(child, 0)[1] == 0 for child in children)
"""


@pytest.fixture
def clone(tmp_path: Path, remote: Path, git: Git) -> Callable[..., Path]:
    def cloned(name: str, *options: str) -> Path:
        git(tmp_path, "clone", "-q", *options, remote.as_uri(), name)
        return tmp_path / name

    return cloned


def versions(ledger: GitLedger) -> list[str]:
    return [event.release.version for event in ledger.events()]


def test_what_one_clone_appends_another_reads(
    repository: Path, clone: Callable[..., Path], wine: Wine
) -> None:
    other = GitLedger(clone("other"), "origin")
    ledger = GitLedger(repository, "origin")

    ledger.append("built", "dev", wine("1.0.0"))
    other.append("built", "dev", wine("1.0.1"))

    assert versions(ledger) == versions(other) == ["1.0.0", "1.0.1"]
    assert ledger.notice is None


def test_a_shallow_clone_of_one_branch_reads_and_appends(
    repository: Path, clone: Callable[..., Path], wine: Wine, git: Git
) -> None:
    ledger = GitLedger(repository, "origin")
    for version in ("1.0.0", "1.0.1"):
        ledger.append("built", "dev", wine(version))
    git(repository, "push", "-q", "origin", "main")
    ci = GitLedger(clone("ci", "--depth=1", "--branch=main"), "origin")

    ci.append("built", "dev", wine("1.0.2"))

    assert versions(ledger) == ["1.0.0", "1.0.1", "1.0.2"]


def test_a_shallow_clone_of_the_ledger_itself_appends(
    repository: Path, clone: Callable[..., Path], wine: Wine
) -> None:
    ledger = GitLedger(repository, "origin")
    for version in ("1.0.0", "1.0.1"):
        ledger.append("built", "dev", wine(version))
    ci = GitLedger(clone("ci", "--depth=1", "--no-single-branch"), "origin")

    ci.append("built", "dev", wine("1.0.2"))

    assert versions(ledger) == ["1.0.0", "1.0.1", "1.0.2"]


def test_two_clones_racing_lose_nothing(
    clone: Callable[..., Path], script: Callable[..., str]
) -> None:
    left, right = clone("left"), clone("right")

    script(RACERS, left, right)

    events = GitLedger(left, "origin").events()
    told = [tuple(event.evidence.values()) for event in events]
    assert len(set(told)) == len(told) == 8
    assert GitLedger(right, "origin").events() == events


def test_an_event_outlives_a_remote_that_is_out_of_reach(
    repository: Path, remote: Path, wine: Wine
) -> None:
    ledger = GitLedger(repository, "origin")
    ledger.append("built", "dev", wine("1.0.0"))
    away = remote.rename(remote.with_name("away.git"))

    ledger.append("verified", "dev", wine("1.0.1"))

    assert ledger.notice is not None
    assert "origin is out of reach (fatal: " in ledger.notice
    assert "1 of this clone's events are not there yet" in ledger.notice
    assert versions(ledger) == ["1.0.0", "1.0.1"]
    away.rename(remote)
    ledger.append("built", "dev", wine("1.0.2"))
    assert ledger.notice is None
    assert versions(GitLedger(remote)) == ["1.0.0", "1.0.1", "1.0.2"]


def test_what_was_recorded_offline_follows_what_others_wrote_meanwhile(
    repository: Path,
    remote: Path,
    clone: Callable[..., Path],
    wine: Wine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger, other = (GitLedger(p, "origin") for p in (repository, clone("other")))
    ledger.append("built", "dev", wine("1.0.0"))
    away = remote.rename(remote.with_name("away.git"))
    offline = ledger.append("failed", "dev", wine("1.0.1"))
    away.rename(remote)
    later = offline.at + timedelta(hours=1)
    monkeypatch.setattr(any_ledger, "now", lambda: later)
    online = other.append("built", "dev", wine("1.0.2"))

    events = ledger.events()

    assert [event.release.version for event in events] == ["1.0.0", "1.0.2", "1.0.1"]
    assert events[2].at == offline.at < online.at
    assert events[2].parent == online.hash
    assert versions(other) == ["1.0.0", "1.0.2"]
    assert ledger.notice is not None
    assert "1 of this clone's events are not there yet" in ledger.notice


def test_ledgers_that_began_apart_become_one(
    repository: Path, clone: Callable[..., Path], wine: Wine
) -> None:
    GitLedger(repository).append("built", "dev", wine("1.0.0"))
    GitLedger(clone("other"), "origin").append("built", "dev", wine("1.0.1"))

    shared = GitLedger(repository, "origin")

    assert versions(shared) == ["1.0.1", "1.0.0"]


def test_a_remote_that_declines_is_quoted_and_the_event_stays(
    repository: Path, remote: Path, wine: Wine
) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    ledger = GitLedger(repository, "origin")

    ledger.append("verified", "dev", wine("1.0.1"))

    assert ledger.notice is not None
    assert "[remote rejected] (pre-receive hook declined)" in ledger.notice
    assert versions(GitLedger(repository)) == ["1.0.1"]


def test_a_fresh_clone_that_went_offline_reads_what_it_was_born_with(
    repository: Path, remote: Path, clone: Callable[..., Path], wine: Wine
) -> None:
    GitLedger(repository, "origin").append("built", "dev", wine("1.0.0"))
    ledger = GitLedger(clone("other"), "origin")
    remote.rename(remote.with_name("away.git"))

    assert versions(ledger) == ["1.0.0"]
    assert ledger.notice is not None


@pytest.mark.parametrize("forgery", ["shortened", "removed"])
def test_a_remote_whose_history_was_rewritten_is_found(
    repository: Path, remote: Path, wine: Wine, git: Git, forgery: str
) -> None:
    ledger = GitLedger(repository, "origin")
    for version in ("1.0.0", "1.0.1"):
        ledger.append("failed", "dev", wine(version))
    if forgery == "shortened":
        git(remote, "update-ref", REF, f"{REF}~1")
    else:
        git(remote, "update-ref", "-d", REF)
    git(repository, "fetch", "-q", "origin")

    with pytest.raises(LedgerError, match=r"00000\d\.json of the ledger on origin"):
        ledger.append("verified", "dev", wine("1.0.1"))


def test_a_broken_history_on_the_remote_does_not_become_this_clones(
    repository: Path, remote: Path, wine: Wine, git: Git
) -> None:
    ledger = GitLedger(repository, "origin")
    ledger.append("failed", "dev", wine("1.0.0"))
    good = git(remote, "rev-parse", REF)
    bad = git(remote, "commit-tree", f"{REF}^{{tree}}", "-p", REF, "-m", "by hand")
    git(remote, "update-ref", REF, bad)

    with pytest.raises(LedgerError, match="not written by Slipway"):
        ledger.events()

    git(remote, "update-ref", REF, good)
    assert versions(ledger) == ["1.0.0"]


@pytest.mark.parametrize("place", ["http://{}127.0.0.1:9/ledger.git", "/no//{}where"])
def test_a_password_in_the_remotes_address_is_never_shown(
    repository: Path, wine: Wine, place: str
) -> None:
    ledger = GitLedger(repository, place.format("ann:secret@"))

    ledger.append("built", "dev", wine("1.0.1"))

    assert ledger.notice is not None
    assert "secret" not in ledger.notice
    assert f"{place.format('')} is out of reach" in ledger.notice


def test_pushing_runs_no_hook_and_leaves_fetch_head_and_tags_alone(
    repository: Path, clone: Callable[..., Path], remote: Path, wine: Wine, git: Git
) -> None:
    other = GitLedger(clone("other"), "origin")
    other.append("built", "dev", wine("1.0.0"))
    hook = repository / ".git" / "hooks" / "pre-push"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    git(repository, "tag", "-a", "v1", "-m", "mine", "main")
    git(repository, "config", "push.followTags", "true")
    ledger = GitLedger(repository, "origin")

    ledger.append("built", "dev", wine("1.0.1"))

    assert ledger.notice is None
    assert git(remote, "tag") == ""
    assert not (repository / ".git" / "FETCH_HEAD").exists()
