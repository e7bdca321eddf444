"""Two people, two clones, one remote: only one of them is right about the target."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from stacks.releases.ledger.event import Event, Overtaken, Release
from stacks.releases.ledger.git_ledger import GitLedger
from stacks.releases.ledger.history import History
from stacks.releases.promotion import _overtaken

Wine = Callable[..., Release]
Git = Callable[..., str]


@pytest.fixture
def clones(
    repository: Path, remote: Path, tmp_path: Path, git: Git
) -> tuple[GitLedger, GitLedger]:
    """Of two people who share a remote."""
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", str(remote), str(other))
    return GitLedger(repository, "origin"), GitLedger(other, "origin")


def _admit(ledger: GitLedger, release: Release, seen: list[Event]) -> None:
    question = SimpleNamespace(
        history=History(seen), target="prod", line=("staging", "dev")
    )
    unless = _overtaken(question)  # type: ignore[arg-type]
    ledger.append("admitted", "prod", release, unless=unless)


def test_who_comes_second_is_told_who_came_first(
    clones: tuple[GitLedger, GitLedger], wine: Wine
) -> None:
    ann, bob = clones
    ann.append("verified", "staging", wine("1.0.1"))
    seen_by_ann, seen_by_bob = ann.events(), bob.events()
    _admit(bob, wine("1.0.2", "b"), seen_by_bob)

    with pytest.raises(Overtaken, match=r"prod: admitted wine 1\.0\.2 .* in between"):
        _admit(ann, wine("1.0.1"), seen_by_ann)

    assert [one.release.version for one in ann.events()] == ["1.0.1", "1.0.2"]


def test_what_this_clone_could_not_publish_hides_nobody(
    clones: tuple[GitLedger, GitLedger], wine: Wine, remote: Path
) -> None:
    """Its own events come after the others' when the two are joined."""
    ann, bob = clones
    remote.rename(remote.with_name("gone"))
    for version in ("1.0.1", "1.0.2"):
        ann.append("verified", "staging", wine(version))
    seen = ann.events()
    remote.with_name("gone").rename(remote)
    bob.append("vetoed", "dev", wine("1.0.2"))

    with pytest.raises(Overtaken, match=r"vetoed wine 1\.0\.2"):
        _admit(ann, wine("1.0.2"), seen)


def test_what_does_not_bear_on_the_target_stops_nobody(
    clones: tuple[GitLedger, GitLedger], wine: Wine
) -> None:
    ann, bob = clones
    ann.append("verified", "staging", wine("1.0.1"))
    seen = ann.events()
    bob.append("failed", "other-prod", wine("1.0.1"))
    bob.append("verified", "staging", wine("1.0.1"))

    _admit(ann, wine("1.0.1"), seen)

    assert ann.events()[-1].kind == "admitted"
