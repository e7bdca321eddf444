"""The real engine still does what was recorded, and leaves nothing to do."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import pytest

from stacks.offline.diff import differences
from tests.estate import Estate

from .calls import made, out_of_order
from .differences import alike
from .pulumi_run import PulumiRun
from .record import carry_out
from .recording import Recording, before, committed
from .scenario import SCENARIO, Phase

pytestmark = [pytest.mark.engine, pytest.mark.docker, pytest.mark.timeout(900)]
each_phase = pytest.mark.parametrize("phase", [phase.name for phase in SCENARIO])
each_up = pytest.mark.parametrize(
    "phase", [p.name for p in SCENARIO if (p.command, p.end) == ("up", "done")]
)
PULUMI = committed()
ANEW = "look at what changed, then: python -m tests.engine.record"


@dataclass
class Fresh:
    """A new run of the scenario, and what Pulumi would have changed after each up."""

    runs: dict[str, Recording] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    left_after_refresh: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    folder = tmp_path_factory.mktemp("real")
    (folder / "clone").mkdir()
    estate, found = Estate.clone(folder / "clone", pulumi=True), Fresh()
    run = PulumiRun(estate, folder)

    def look(phase: Phase) -> None:
        if (phase.command, phase.end) == ("up", "done"):
            stack = ("--stack", estate.stack(phase.stack))
            kept = folder / "kept.json"
            _done(run, "stack", "export", *stack, "--file", str(kept))
            found.left[phase.name] = _left(run, *stack)
            _done(run, "refresh", "--yes", "--skip-preview", *stack)
            found.left_after_refresh[phase.name] = _left(run, *stack)
            # The scenario goes on as if nobody had refreshed.
            _done(run, "stack", "import", *stack, "--file", str(kept))

    try:
        found.runs = carry_out(estate, run, look)
        yield found
    finally:
        estate.clean()


def _done(run: PulumiRun, *words: str) -> None:
    result = run.pulumi(*words)
    assert result.returncode == 0, result.stderr


def _left(run: PulumiRun, *stack: str) -> str:
    """What a preview would change; empty when it is nothing."""
    result = run.pulumi("preview", "--diff", "--expect-no-changes", *stack)
    return "" if result.returncode == 0 else result.stdout + result.stderr


@each_phase
def test_pulumi_still_does_what_was_recorded(fresh: Fresh, phase: str) -> None:
    then, now = PULUMI[phase], fresh.runs[phase]

    changed = differences(_comparable(then), _comparable(now))

    assert not changed, f"{changed}; {ANEW}"
    assert out_of_order(before(fresh.runs, phase), now) == []


def _comparable(run: Recording) -> dict[str, Any]:
    """Pulumi works in parallel, so the order of its calls is held to rules only."""
    return {**asdict(alike(run)), "calls": made(run)}


@each_up
def test_nothing_is_left_to_do_after_an_up(fresh: Fresh, phase: str) -> None:
    assert fresh.left[phase] == ""


@each_up
def test_nothing_is_left_to_do_after_a_refresh(fresh: Fresh, phase: str) -> None:
    assert fresh.left_after_refresh[phase] == ""
