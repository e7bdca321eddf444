"""Where a rollback goes, and what a hold of an old one has to say about that."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stacks.releases.ledger.event import Event, Kind, Release
from stacks.releases.ledger.folder_ledger import FolderLedger
from stacks.releases.lock import Refused
from stacks.releases.rollback import Rollback

FILE = """\
config:
  slipway:tier: prod
  slipway:upstream: staging
  slipway:platform: {kind: local, port: 8003}
"""


def release(name: str) -> Release:
    return Release(
        name="wine", version=f"1.{ord(name)}.0", digest=f"sha256:{name * 64}"
    )


@pytest.fixture
def ledger(tmp_path: Path) -> FolderLedger:
    return FolderLedger(tmp_path, tmp_path / "ledger")


Tell = Callable[..., Event]


@pytest.fixture
def tell(ledger: FolderLedger) -> Tell:
    def told(kind: Kind, name: str, stack: str = "prod", **evidence: object) -> Event:
        return ledger.append(kind, stack, release(name), "some", evidence)  # type: ignore[arg-type]

    return told


@pytest.fixture
def rollback(tmp_path: Path, ledger: FolderLedger) -> Rollback:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks/Pulumi.prod.yaml").write_text(FILE)
    return Rollback(
        root=tmp_path,
        stack="prod",
        ledger=ledger,
        deliver=lambda: pytest.fail("nothing is delivered here"),
        say=lambda _: None,
    )


def test_one_that_was_cut_off_goes_on_to_where_it_went(
    rollback: Rollback, tell: Tell
) -> None:
    for name in "abc":
        tell("verified", name)
    tell("held", "b", rollback=True, left=release("c").digest)
    tell("verified", "b")

    assert rollback.release(None) == release("b")


@pytest.mark.parametrize("end", ["lifted", "failed", "done"])
def test_an_old_one_has_no_say_when_its_hold_or_its_release_is_gone(
    rollback: Rollback, tell: Tell, end: str
) -> None:
    for name in "ab":
        tell("verified", name)
    hold = tell("held", "a", rollback=True, left=release("b").digest)
    if end == "lifted":
        tell("lifted", "a", lifts=hold.id)
    elif end == "failed":
        tell("failed", "a")
    else:
        tell("rolled-back", "a", left=release("b").digest)
    for name in "cd":
        tell("verified", name)

    assert rollback.release(None) == release("c")


def test_a_promotion_that_waits_for_its_request_is_not_what_is_left(
    rollback: Rollback, tell: Tell
) -> None:
    for name in "bc":
        tell("verified", name)
    tell("admitted", "d")

    assert rollback.release(None) == release("b")


@pytest.mark.parametrize("stack", ["prod", "staging"])
def test_what_is_vetoed_is_not_gone_back_to(
    rollback: Rollback, tell: Tell, stack: str
) -> None:
    for name in "abc":
        tell("verified", name)
    tell("vetoed", "b", stack)

    assert rollback.release(None) == release("a")


def test_only_what_stands_here_can_be_asked_for(rollback: Rollback, tell: Tell) -> None:
    tell("verified", "a")
    tell("verified", "b")
    tell("failed", "a")

    assert rollback.release("1.98.0") == release("b")
    with pytest.raises(Refused, match=r"go back to 1\.97\.0: it stands verified on"):
        rollback.release("1.97.0")


def test_dev_goes_back_by_its_package(rollback: Rollback) -> None:
    path = rollback.root / "stacks/Pulumi.prod.yaml"
    text = path.read_text().replace("tier: prod", "tier: dev")
    package = "slipway:package: models/wine"
    path.write_text(text.replace("slipway:upstream: staging", package))

    with pytest.raises(Refused, match="name the package of before"):
        rollback.release(None)
