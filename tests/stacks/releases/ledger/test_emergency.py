"""A broken glass: deploying without a ledger, on record as soon as there is one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stacks.releases.ledger.emergency import EmergencyLedger
from stacks.releases.ledger.event import (
    Event,
    Kind,
    LedgerError,
    Overtaken,
    Release,
    Unless,
)
from stacks.releases.ledger.folder_ledger import FolderLedger

Wine = Callable[..., Release]


class Fragile(FolderLedger):
    """A ledger that is broken when the test wants it to be."""

    broken = False
    most = 1000

    def events(self) -> list[Event]:
        if self.broken:
            raise LedgerError("somebody edited it")
        return super().events()

    def add(self, draft: Event, unless: Unless | None = None) -> Event:
        self.most -= 1
        if self.broken or self.most < 0:
            raise LedgerError("somebody edited it")
        return super().add(draft, unless)


@pytest.fixture
def usual(tmp_path: Path) -> Fragile:
    return Fragile(tmp_path, tmp_path / "ledger")


@pytest.fixture
def ledger(usual: Fragile, tmp_path: Path) -> EmergencyLedger:
    return EmergencyLedger(usual, FolderLedger(tmp_path, tmp_path / "kept"))


def test_a_ledger_that_works_is_the_ledger(
    ledger: EmergencyLedger, usual: Fragile, wine: Wine, tmp_path: Path
) -> None:
    ledger.append("built", "dev", wine("1.0.0"))

    assert ledger.events() == usual.events()
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize("kind", ["verified", "admitted", "held"])
def test_without_a_broken_glass_a_broken_ledger_stops_everything(
    ledger: EmergencyLedger, usual: Fragile, wine: Wine, kind: Kind
) -> None:
    usual.broken = True

    with pytest.raises(LedgerError, match="somebody edited it"):
        ledger.append(kind, "prod", wine("1.0.0"))
    with pytest.raises(LedgerError, match="somebody edited it"):
        ledger.events()


def test_a_broken_glass_and_what_follows_is_kept_and_said(
    ledger: EmergencyLedger, usual: Fragile, wine: Wine, tmp_path: Path
) -> None:
    usual.broken = True

    ledger.append("break-glass", "prod", wine("1.0.0"), evidence={"reason": "down"})
    ledger.append("verified", "prod", wine("1.0.0"))

    assert [one.kind for one in ledger.events()] == ["break-glass", "verified"]
    assert str(tmp_path / "kept") in (ledger.notice or "")


def test_behind_a_broken_glass_nothing_else_is_kept(
    ledger: EmergencyLedger, usual: Fragile, wine: Wine
) -> None:
    usual.broken = True
    ledger.append("break-glass", "staging", wine("1.0.0"))

    with pytest.raises(LedgerError, match="somebody edited it"):
        ledger.append("admitted", "prod", wine("1.0.0"))

    assert "cannot be used" in (ledger.blind or "")


def test_it_goes_into_the_ledger_when_that_works_again_and_once(
    ledger: EmergencyLedger, usual: Fragile, wine: Wine, tmp_path: Path
) -> None:
    ledger.append("built", "dev", wine("1.0.0"))
    usual.broken = True
    glass = ledger.append("break-glass", "prod", wine("1.0.0"))
    usual.broken = False

    first = [one.kind for one in ledger.events()]
    second = [one.kind for one in ledger.events()]

    assert first == second == ["built", "break-glass"]
    late = usual.events()[-1]
    assert late.evidence["happened"] == glass.at.isoformat()
    assert ledger.notice is None
    assert not (tmp_path / "kept").exists()


def test_cut_off_on_its_way_into_the_ledger_nothing_comes_twice(
    ledger: EmergencyLedger, usual: Fragile, wine: Wine
) -> None:
    usual.broken = True
    for kind in ("break-glass", "deployed", "verified"):
        ledger.append(kind, "prod", wine("1.0.0"))
    usual.broken, usual.most = False, 1

    ledger.events()
    usual.most = 1000
    ledger.events()

    kinds = [one.kind for one in usual.events()]
    assert kinds == ["break-glass", "deployed", "verified"]


def test_what_others_wrote_in_between_is_no_emergency(
    ledger: EmergencyLedger, wine: Wine
) -> None:
    with pytest.raises(Overtaken, match="somebody was faster"):
        ledger.append(
            "break-glass", "prod", wine("1.0.0"), unless=lambda _: "somebody was faster"
        )
