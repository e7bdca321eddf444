"""Whatever becomes of a new release, what served before is never taken down for it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from stacks.observe.replica import Health, Replica
from stacks.releases import delivery, recheck
from stacks.releases.delivery import (
    Delivery,
    PutBack,
    Stopped,
    Stranded,
    Undelivered,
)
from stacks.releases.ledger.event import Release
from stacks.releases.ledger.folder_ledger import FolderLedger
from stacks.settings.stack import StackSettings
from tests.stacks.releases.test_verification import ANSWER, GOOD

FILE = """\
config:
  slipway:tier: prod
  slipway:upstream: staging
  slipway:platform: {kind: local, port: 8003}
  slipway:service: {health: {window_s: 0}}
"""
OLD = Release(name="wine", version="1.0.0", digest=f"sha256:{'9' * 64}")
NEW = Release(name="wine", version="1.1.0", digest=f"sha256:{'a' * 64}")


class Prod:
    """A platform that runs what its file names, unless the test has it fail."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.runs: str | None = OLD.digest
        self.fails: dict[str, Exception] = {}
        self.ups: list[str | None] = []
        self.health: Health = "healthy"

    def up(self, stack: str) -> None:
        image = StackSettings.read(self.root, stack).image
        digest = image.digest if image else None
        self.ups.append(digest)
        if digest in self.fails:
            raise self.fails[digest]
        self.runs, self.health = digest, "healthy"

    def replicas(self) -> list[Replica]:
        if self.runs is None:
            return []
        return [replace(GOOD, digest=self.runs, in_rotation=True, health=self.health)]

    def metrics(self, id: str) -> str:
        return ""

    def replica(self, id: str) -> Replica:
        return self.replicas()[0]

    def replay(self, id: str) -> dict[str, object]:
        return ANSWER


@pytest.fixture
def prod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prod:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks/Pulumi.prod.yaml").write_text(FILE)
    found = Prod(tmp_path)
    for module in (delivery, recheck):
        monkeypatch.setattr(module, "observer_for", lambda *_: found)
    return found


@pytest.fixture
def ledger(tmp_path: Path) -> FolderLedger:
    return FolderLedger(tmp_path, tmp_path / "ledger")


@pytest.fixture
def deliver(prod: Prod, ledger: FolderLedger) -> Callable[[Release], None]:
    """Deliver a release to prod."""
    made = Delivery(
        root=prod.root, stack="prod", ledger=ledger, up=prod.up, say=lambda _: None
    )
    return made.deliver


Deliver = Callable[[Release], None]


def _named(prod: Prod) -> str | None:
    image = StackSettings.read(prod.root, "prod").image
    return image.digest if image else None


def test_what_is_proven_is_named_and_on_record(
    prod: Prod, ledger: FolderLedger, deliver: Deliver
) -> None:
    deliver(NEW)

    assert _named(prod) == prod.runs == NEW.digest
    assert [one.kind for one in ledger.events()] == ["verified"]


@pytest.mark.parametrize(
    "error",
    [
        Undelivered("it is not ready"),
        LookupError("container 1234 is gone"),
        ValueError("cannot open weights [/model/w.bin]"),
    ],
)
def test_whatever_goes_wrong_the_old_release_is_put_back_verified(
    prod: Prod, ledger: FolderLedger, deliver: Deliver, error: Exception
) -> None:
    deliver(OLD)
    prod.fails[NEW.digest or ""] = error

    with pytest.raises(PutBack, match=r"1\.1\.0 .* failed: .*1\.0\.0 .* is back"):
        deliver(NEW)

    assert _named(prod) == prod.runs == OLD.digest
    last = ledger.events()[-1]
    assert (last.kind, last.evidence["left"]) == ("rolled-back", NEW.digest)


def test_what_the_ledger_does_not_know_to_stand_is_put_back_all_the_same(
    prod: Prod, ledger: FolderLedger, deliver: Deliver
) -> None:
    """It serves: a check that failed once is no reason to remove it."""
    deliver(OLD)
    ledger.append("failed", "prod", OLD, "some", {"reason": "a slow minute"})
    prod.fails[NEW.digest or ""] = Undelivered("it is not ready")

    with pytest.raises(PutBack):
        deliver(NEW)

    assert prod.ups[-1] == OLD.digest
    assert _named(prod) == OLD.digest


def test_where_nothing_ran_nothing_is_left(prod: Prod, deliver: Deliver) -> None:
    prod.fails[NEW.digest or ""] = Undelivered("it is not ready")

    with pytest.raises(PutBack, match="nothing ran before it"):
        deliver(NEW)

    assert _named(prod) is None


def test_what_cannot_be_put_back_is_for_a_person(prod: Prod, deliver: Deliver) -> None:
    deliver(OLD)
    for release in (OLD, NEW):
        prod.fails[release.digest or ""] = Undelivered("no room")

    with pytest.raises(Stranded, match=r"could not be put back: no room"):
        deliver(NEW)


def test_a_person_who_stops_it_puts_nothing_back(prod: Prod, deliver: Deliver) -> None:
    deliver(OLD)
    prod.fails[NEW.digest or ""] = Stopped("stopped")

    with pytest.raises(Stopped):
        deliver(NEW)

    assert _named(prod) == NEW.digest, "run again, it goes on"


@pytest.mark.parametrize(
    ("health", "fine"),
    [("healthy", True), ("starting", True), ("unhealthy", False), ("stopped", False)],
)
def test_under_traffic_a_replica_must_stay_well(
    prod: Prod,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
    health: Health,
    fine: bool,
) -> None:
    """Docker may not have asked it yet: that it is still `starting` is no fault."""
    deliver(OLD)
    file = prod.root / "stacks/Pulumi.prod.yaml"
    file.write_text(file.read_text() + "  slipway:watch: {window: 1s}\n")

    def passes(_: float) -> None:
        prod.health = health

    monkeypatch.setattr(delivery, "time", SimpleNamespace(sleep=passes))

    if fine:
        deliver(NEW)
    else:
        with pytest.raises(PutBack, match="did not keep running"):
            deliver(NEW)
