"""The offline engine does what Pulumi did, step by step, in the life of a service."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from stacks.offline.diff import differences
from tests.estate import Estate

from .calls import made, out_of_order
from .differences import alike, without_data
from .offline_run import OfflineRun
from .record import carry_out
from .recording import Recording, before, committed
from .scenario import SCENARIO

pytestmark = [pytest.mark.docker, pytest.mark.timeout(600)]
each_phase = pytest.mark.parametrize("phase", [phase.name for phase in SCENARIO])
PULUMI = committed()
LAST = SCENARIO[-1].name
Runs = dict[str, Recording]
Shown = dict[str, Any]
ANEW = "; if the program was changed on purpose: python -m tests.engine.record"


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    estate = Estate.clone(tmp_path_factory.mktemp("offline"))
    try:
        yield carry_out(estate, OfflineRun(estate))
    finally:
        estate.clean()


def _both(runs: Runs, phase: str) -> tuple[Shown, Shown]:
    pulumi, offline = PULUMI[phase], runs[phase]
    if phase == "shared-destroy":
        pulumi, offline = without_data(pulumi), without_data(offline)
    return asdict(alike(pulumi)), asdict(alike(offline))


@each_phase
def test_the_program_asks_both_engines_for_the_same(offline: Runs, phase: str) -> None:
    pulumi, here = _both(offline, phase)

    changed = differences(pulumi["registrations"], here["registrations"])

    assert not changed, f"{list(changed)}{ANEW}"


@each_phase
def test_every_resource_gets_the_same_step_for_the_same_reason(
    offline: Runs, phase: str
) -> None:
    pulumi, here = _both(offline, phase)

    assert here["steps"] == pulumi["steps"]


@each_phase
def test_providers_and_hooks_are_called_for_the_same(offline: Runs, phase: str) -> None:
    assert made(offline[phase]) == made(PULUMI[phase])


@each_phase
def test_nothing_begins_before_the_end_of_what_it_has_to_wait_for(
    offline: Runs, phase: str
) -> None:
    assert out_of_order(before(offline, phase), offline[phase]) == []


@each_phase
def test_what_a_run_leaves_is_the_same(offline: Runs, phase: str) -> None:
    pulumi, here = _both(offline, phase)

    changed = differences(pulumi["state"], here["state"])

    assert not changed, f"{changed}{ANEW}"
    assert here["pending"] == pulumi["pending"] == []


@each_phase
def test_a_run_ends_alike_and_says_the_same(offline: Runs, phase: str) -> None:
    pulumi, here = _both(offline, phase)

    assert (here["end"], here["errors"]) == (pulumi["end"], pulumi["errors"])


def test_a_destroyed_volume_is_kept_with_its_record(offline: Runs) -> None:
    """The one difference in what a whole phase leaves; see `without_data`."""
    kept = {resource["urn"].rpartition("::")[2] for resource in offline[LAST].state}

    assert PULUMI[LAST].state == []
    volumes = {"registry", "prometheus", "alertmanager"}
    assert kept == {*volumes, "monitoring", "docker", "slipway-<shared>"}
