"""The lock: what it lets through, what it refuses, and what it labels."""

from dataclasses import replace
from pathlib import Path

import pytest

from model_image.package import ModelPackage
from stacks.engine import Engine
from stacks.observe.replica import Replica
from stacks.releases.deployment import deployment_id
from stacks.releases.ledger.event import Release
from stacks.releases.ledger.folder_ledger import FolderLedger
from stacks.releases.lock import Lock, Refused
from stacks.settings.canary import CanarySettings
from stacks.settings.stack import StackSettings
from tests.stacks.releases.test_verification import DIGEST, GOOD

ROOT = Path(__file__).parents[3]
LOCAL = {"kind": "local", "port": 8003}
WINE = Release(name="wine", version="1.0.0", digest=DIGEST)


class Machine:
    """A machine that says what the test wants it to say."""

    def __init__(self, *replicas: Replica) -> None:
        self.said: str | None = None
        self.made_by: set[str] = set()
        self._replicas = list(replicas)

    def obstacle(self) -> str | None:
        return self.said

    def engines(self) -> set[str]:
        return self.made_by

    def replicas(self) -> list[Replica]:
        return self._replicas

    def canaries(self) -> list[Replica]:
        return []


@pytest.fixture
def ledger(tmp_path: Path) -> FolderLedger:
    return FolderLedger(ROOT, tmp_path)


def _prod(**service: object) -> StackSettings:
    image = {"name": "wine", "version": "1.0.0", "digest": DIGEST}
    settings = {"tier": "prod", "upstream": "staging", "image": image}
    return StackSettings.parse(
        "prod",
        {
            "slipway:platform": LOCAL,
            "slipway:service": service,
            **{f"slipway:{key}": value for key, value in settings.items()},
        },
    )


def _lock(
    ledger: FolderLedger,
    settings: StackSettings,
    machine: Machine | None = None,
    engine: Engine = "pulumi",
) -> Lock:
    observer = machine or Machine()
    return Lock(ROOT, "prod", settings, engine, observer, ledger)  # type: ignore[arg-type]


def test_a_digest_that_passed_the_gates_is_admitted(ledger: FolderLedger) -> None:
    ledger.append("verified", "staging", WINE)
    ledger.append("admitted", "prod", WINE)

    deployment = _lock(ledger, _prod()).admit(None)

    assert deployment is not None
    assert deployment.labels["slipway.version"] == "1.0.0"


def test_a_digest_that_was_verified_upstream_but_passed_no_gate_is_refused(
    ledger: FolderLedger,
) -> None:
    ledger.append("verified", "staging", WINE)

    with pytest.raises(Refused, match=r"promote 1\.0\.0 --from staging --to prod"):
        _lock(ledger, _prod()).admit(None)


def test_a_veto_upstream_of_the_upstream_counts(ledger: FolderLedger) -> None:
    """The lock reads from the files of this clone which stacks come before it."""
    ledger.append("verified", "staging", WINE)
    ledger.append("admitted", "prod", WINE)
    ledger.append("vetoed", "dev", WINE, evidence={"reason": "it leaks"})

    with pytest.raises(Refused, match=r"was vetoed in dev by .*\(it leaks\)"):
        _lock(ledger, _prod()).admit(None)


def test_a_canary_is_admitted_like_any_release(ledger: FolderLedger) -> None:
    new = f"sha256:{'5' * 64}"
    settings = _prod().model_copy(
        update={"canary": CanarySettings(version="1.1.0", digest=new, weight=10)}
    )
    lock = _lock(ledger, settings)

    with pytest.raises(Refused, match=r"wine 1\.1\.0 .* not been verified in staging"):
        lock.admit_canary()
    release = Release(name="wine", version="1.1.0", digest=new)
    ledger.append("verified", "staging", release)
    ledger.append("admitted", "prod", release)

    deployment = lock.admit_canary()
    assert deployment is not None
    assert deployment.labels["slipway.version"] == "1.1.0"


def test_a_digest_that_its_upstream_never_verified_is_refused(
    ledger: FolderLedger,
) -> None:
    ledger.append("verified", "dev", WINE)

    with pytest.raises(Refused, match="has not been verified in staging"):
        _lock(ledger, _prod()).admit(None)


def test_a_deployment_that_failed_here_is_refused_until_it_may_try_again(
    ledger: FolderLedger,
) -> None:
    settings = _prod()
    id = deployment_id(WINE, settings)
    ledger.append("verified", "staging", WINE)
    ledger.append("admitted", "prod", WINE)
    ledger.append("failed", "prod", WINE, id, {"reason": "too slow"})
    lock = _lock(ledger, settings)

    with pytest.raises(Refused, match=r"too slow.*python -m stacks retry prod"):
        lock.admit(None)
    ledger.append("retried", "prod", WINE, id, {"reason": "more memory"})

    assert lock.admit(None) is not None


def test_other_settings_are_another_deployment(ledger: FolderLedger) -> None:
    ledger.append("verified", "staging", WINE)
    ledger.append("admitted", "prod", WINE)
    id = deployment_id(WINE, _prod())
    ledger.append("failed", "prod", WINE, id, {"reason": "out of memory"})

    assert _lock(ledger, _prod(memory_mb=1024)).admit(None) is not None


def test_one_more_replica_is_no_other_deployment() -> None:
    assert deployment_id(WINE, _prod(replicas=3)) == deployment_id(WINE, _prod())


def test_a_package_of_dev_is_admitted_by_recipe(ledger: FolderLedger) -> None:
    settings = StackSettings.parse(
        "dev",
        {
            "slipway:tier": "dev",
            "slipway:package": "model_image/example/package",
            "slipway:platform": LOCAL,
        },
    )
    package = ModelPackage.read(ROOT / "model_image/example/package")

    deployment = _lock(ledger, settings).admit(package)

    assert deployment is not None
    assert deployment.labels["slipway.model"] == "wine"
    deployment.built(DIGEST)
    (event,) = ledger.events()
    assert event.kind == "built"
    assert event.release.recipe
    assert event.release.digest == DIGEST


def test_a_machine_with_an_obstacle_is_refused_before_the_ledger_is_read(
    ledger: FolderLedger,
) -> None:
    machine = Machine()
    machine.said = "port 8003 is taken"
    with pytest.raises(Refused, match="prod: port 8003 is taken"):
        _lock(ledger, _prod(), machine).admit(None)


def test_pulumi_refuses_what_the_offline_engine_made(ledger: FolderLedger) -> None:
    machine = Machine()
    machine.made_by = {"offline"}
    with pytest.raises(Refused, match=r"offline engine.*python -m stacks destroy prod"):
        _lock(ledger, _prod(), machine).admit(None)


def test_a_declaration_asks_neither_machine_nor_ledger(ledger: FolderLedger) -> None:
    machine = Machine()
    machine.said = "no Docker here"
    assert _lock(ledger, _prod(), machine, "declare").admit(None) is not None


@pytest.mark.parametrize(
    ("left", "attempt"),
    [
        ([], 0),
        ([(0, True)], 0),
        ([(0, False)], 1),
        ([(1, True), (0, False)], 1),
        ([(1, True), (1, False)], 2),
        ([(3, False), (0, True)], 4),
    ],
)
def test_what_was_left_unproven_makes_the_next_attempt_a_change(
    ledger: FolderLedger, left: list[tuple[int, bool]], attempt: int
) -> None:
    settings = _prod()
    ledger.append("verified", "staging", WINE)
    ledger.append("admitted", "prod", WINE)
    id = deployment_id(WINE, settings)
    replicas = [
        replace(GOOD, deployment=id, attempt=number, in_rotation=proven)
        for number, proven in left
    ]

    deployment = _lock(ledger, settings, Machine(*replicas)).admit(None)

    assert deployment is not None
    assert deployment.labels["slipway.attempt"] == str(attempt)
