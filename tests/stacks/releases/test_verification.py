"""A replica takes traffic only when it is proven; a failure is recorded and undone."""

from dataclasses import replace
from typing import Any

import pytest

from stacks.engine import EngineGone
from stacks.observe.replica import Progress, Replica
from stacks.releases.verification import Unproven, Verification
from stacks.settings.service import HealthSettings

DIGEST = f"sha256:{'1' * 64}"
QUICK = HealthSettings(startup_s=0.5, window_s=0)
GOOD = Replica(
    id="new",
    name="wine-1",
    stack="dev",
    model="wine",
    version="1.0.0",
    digest=DIGEST,
    deployment="d",
    attempt=0,
    health="healthy",
    restarts=0,
    created=0.0,
    started_at="now",
    cpu=0.5,
    memory_mb=256,
    in_rotation=False,
)
ANSWER = {"expected": [1.0], "got": [1.0], "tolerance": 1e-6, "status": 200}


class Observer:
    """Says of every replica what the test wants it to say."""

    start_s = 0.0

    def __init__(self, replica: Replica, answer: dict[str, Any]) -> None:
        self._replica, self._answer = replica, answer
        self.others: list[Replica] = []

    def replica(self, id: str) -> Replica:
        return replace(self._replica, id=id)

    def replicas(self) -> list[Replica]:
        return self.others

    def canaries(self) -> list[Replica]:
        return []

    def rollout(self, name: str, *, canary: bool) -> Progress:
        return Progress(complete=True)

    def replay(self, id: str) -> dict[str, Any]:
        return self._answer

    def last_words(self, id: str) -> str:
        return "out of luck"


class Rotation:
    """Remembers what was done to it."""

    def __init__(self, refuses: str = "") -> None:
        self.done: list[tuple[str, str]] = []
        self._refuses = refuses

    def admit(self, replica: str) -> None:
        self.done.append(("admit", replica))
        if replica == self._refuses:
            raise RuntimeError("no request reached it")

    def withdraw(self, replica: str) -> None:
        self.done.append(("withdraw", replica))

    def discard(self, replica: str) -> None:
        self.done.append(("discard", replica))


@pytest.fixture
def records() -> list[tuple[bool, dict[str, Any]]]:
    return []


def _verification(
    records: list[tuple[bool, dict[str, Any]]],
    answer: dict[str, Any] = ANSWER,
    **changes: Any,
) -> Verification:
    def recorder(kind: str, evidence: dict[str, Any]) -> None:
        if kind != "deployed":
            records.append((kind == "verified", evidence))

    return Verification(
        observer=Observer(replace(GOOD, **changes), answer),  # type: ignore[arg-type]
        digest=DIGEST,
        health=QUICK,
        record=recorder,
        require_engine=lambda: None,
    )


def test_a_proven_replica_is_admitted_then_recorded(records: list[Any]) -> None:
    rotation = Rotation()

    _verification(records).verify("new", rotation)

    assert rotation.done == [("admit", "new")]
    ((proven, evidence),) = records
    assert proven
    assert evidence["digest"] == DIGEST


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"digest": f"sha256:{'2' * 64}"}, "it runs sha256:222"),
        ({"digest": ""}, "it runs no digest"),
        ({"health": "unhealthy"}, "it is not ready 0.5 s after its start: out of luck"),
        ({"health": "starting"}, "it is not ready 0.5 s after its start: out of luck"),
        ({"restarts": 1}, "it does not keep running: out of luck"),
        ({"health": "stopped"}, "it does not keep running: out of luck"),
        (
            {"answer": {**ANSWER, "got": [1.1]}},
            "its stored example is answered wrongly",
        ),
        ({"answer": {**ANSWER, "status": 500}}, "its stored example got 500"),
    ],
)
def test_what_is_not_proven_never_takes_traffic_and_is_recorded(
    records: list[Any], changes: dict[str, Any], told: str
) -> None:
    rotation = Rotation()

    with pytest.raises(Unproven, match=told):
        _verification(records, **changes).verify("new", rotation)

    assert rotation.done == [("withdraw", "new")]
    ((proven, evidence),) = records
    assert not proven
    assert told in evidence["reason"]


def test_in_dev_whatever_was_built_is_what_must_run(records: list[Any]) -> None:
    verification = _verification(records)
    verification.digest = None

    verification.verify("new", Rotation())

    assert records[0][1]["digest"] == DIGEST


def test_an_image_that_came_from_no_registry_is_not_proven(records: list[Any]) -> None:
    verification = _verification(records, digest="")
    verification.digest = None

    with pytest.raises(Unproven, match="came from no registry"):
        verification.verify("new", Rotation())


def test_a_replica_that_callers_do_not_reach_is_not_proven(records: list[Any]) -> None:
    rotation = Rotation(refuses="new")

    with pytest.raises(Unproven, match="no request reached it"):
        _verification(records).verify("new", rotation)

    assert rotation.done[-1] == ("withdraw", "new")
    assert records[0][0] is False


def test_one_bad_replica_takes_its_siblings_of_the_same_run_along(
    records: list[Any],
) -> None:
    """Half a rollout would leave callers with two versions."""
    rotation = Rotation(refuses="second")
    verification = _verification(records)
    verification.verify("first", rotation)

    with pytest.raises(Unproven):
        verification.verify("second", rotation)

    assert ("withdraw", "first") in rotation.done
    assert ("withdraw", "second") in rotation.done


def test_a_proof_that_cannot_be_recorded_is_no_proof() -> None:
    """Else the ledger would not know of what serves, and downstream refuse it."""

    def broken(kind: str, evidence: dict[str, Any]) -> None:
        raise OSError("no space left on device")

    rotation = Rotation()
    verification = _verification([])
    verification.record = broken

    with pytest.raises(OSError, match="no space left"):
        verification.verify("new", rotation)

    assert rotation.done[-1] == ("withdraw", "new")


def test_callers_are_back_with_what_served_even_if_nothing_can_be_recorded() -> None:
    def full(kind: str, evidence: dict[str, Any]) -> None:
        raise OSError("no space left on device")

    rotation = Rotation()
    verification = _verification([], health="unhealthy")
    verification.record = full

    with pytest.raises(OSError, match="no space left"):
        verification.verify("new", rotation)

    assert rotation.done == [("withdraw", "new")]


def test_a_replica_whose_engine_has_ended_is_not_admitted_and_has_not_failed(
    records: list[Any],
) -> None:
    def gone() -> None:
        raise EngineGone("killed")

    rotation = Rotation()
    verification = _verification(records)
    verification.require_engine = gone

    with pytest.raises(EngineGone):
        verification.verify("new", rotation)

    assert rotation.done == [("withdraw", "new")]
    assert records == []


def test_only_what_a_killed_update_left_running_unproven_is_removed(
    records: list[Any],
) -> None:
    rotation = Rotation()
    verification = _verification(records)
    verification.begun = 100.0
    verification.observer.others = [  # type: ignore[attr-defined]
        replace(GOOD, id="orphan", created=50.0),
        replace(GOOD, id="serves", created=50.0, in_rotation=True),
        replace(GOOD, id="failed", created=50.0, health="stopped"),
        replace(GOOD, id="sibling", created=150.0),
        replace(GOOD, id="new", created=50.0),
    ]

    verification.verify("new", rotation)

    assert rotation.done == [("discard", "orphan"), ("admit", "new")]


def test_a_new_replica_is_on_record_before_it_is_proven() -> None:
    kinds: list[str] = []
    verification = _verification([])
    verification.record = lambda kind, _: kinds.append(kind)

    verification.verify("one", Rotation())
    verification.verify("two", Rotation())

    assert kinds == ["deployed", "verified", "verified"]


class Rollout:
    """One that ended, whatever it ended with."""

    name, canary, changed = "wine", False, True

    def __init__(self) -> None:
        self.undone = False

    def undo(self) -> None:
        self.undone = True


def _ended(records: list[Any], **changes: Any) -> tuple[Verification, Rollout]:
    verification = _verification(records, in_rotation=True)
    verification.deployment = "d"
    observer: Any = verification.observer
    observer.others = [replace(GOOD, in_rotation=True, **changes)]
    return verification, Rollout()


def test_a_rollout_that_ends_with_what_was_asked_for_is_verified(
    records: list[Any],
) -> None:
    verification, rollout = _ended(records)

    verification.confirm(rollout)

    assert [proven for proven, _ in records] == [True]
    assert not rollout.undone


def test_a_platform_that_went_back_by_itself_is_found_out(records: list[Any]) -> None:
    """The digest may be the same: what failed were the settings."""
    verification, rollout = _ended(records, deployment="the one before")

    with pytest.raises(Unproven, match="its platform took it back"):
        verification.confirm(rollout)

    assert [proven for proven, _ in records] == [False]
    assert rollout.undone
