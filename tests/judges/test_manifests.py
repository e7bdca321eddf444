"""Judges that others made find nothing in what Slipway renders for a cluster."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from . import coverage, stacks, waivers
from .kube_score import KubeScore
from .manifests import Object, write
from .planted import MISTAKES, planted
from .review import JUDGES, Heard, findings, review, waived
from .verdict import JudgeError, Verdict

Objects = Mapping[str, Sequence[Object]]
# The first time the judges are installed, and one of them is built.
pytestmark = [pytest.mark.judge, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def objects() -> Objects:
    """Those of each stack."""
    return stacks.objects()


@pytest.fixture(scope="module")
def deployment(objects: Objects) -> Object:
    """The only one of the plain stack."""
    (only,) = (one for one in objects["plain"] if one["kind"] == "Deployment")
    return only


@pytest.fixture(scope="module")
def ours(objects: Objects, tmp_path_factory: pytest.TempPathFactory) -> list[Heard]:
    """What the judges say of the stacks."""
    return review(objects, tmp_path_factory.mktemp("stacks"))


@pytest.fixture(scope="module")
def mistaken(
    objects: Objects,
    deployment: Object,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Verdict]:
    """What they say of the plain stack, with a Deployment for each mistake."""
    wrong = [planted(deployment, name) for name in MISTAKES]
    folder = tmp_path_factory.mktemp("mistakes") / "plain"
    write([*objects["plain"], *wrong], folder)
    return {judge.name: judge.verdict(folder) for judge in JUDGES}


def test_no_judge_finds_anything_that_is_not_waived(ours: list[Heard]) -> None:
    found = waivers.unwaived(findings(ours), waived(), date.today())
    assert not found, "\n".join(map(str, found))


def test_every_waiver_is_good_and_still_needed(ours: list[Heard]) -> None:
    wrong = waivers.mistakes(findings(ours), waived(), date.today())
    assert not wrong, "\n".join(wrong)


def test_what_no_judge_looked_at_is_written_down(ours: list[Heard]) -> None:
    """After a change: `python -m tests.judges --write`."""
    assert coverage.FILE.read_text() == coverage.text(ours)


@pytest.mark.parametrize(
    ("mistake", "judge", "check"),
    [
        (name, judge, check)
        for name, mistake in MISTAKES.items()
        for judge, check in mistake.seen.items()
    ],
)
def test_a_mistake_is_seen(
    mistake: str, judge: str, check: str, mistaken: dict[str, Verdict]
) -> None:
    found = {
        one.check
        for one in mistaken[judge].findings
        if one.object == f"Deployment/{mistake}"
    }
    assert check in found


def test_a_judge_sees_no_mistake_where_none_was_made(
    ours: list[Heard], mistaken: dict[str, Verdict]
) -> None:
    for one in ours:
        found = mistaken[one.judge].findings
        beside = {each for each in found if each.object == "Deployment/wine"}
        assert beside <= one.verdict.findings


def test_a_judge_that_cannot_judge_lets_nothing_pass(
    deployment: Object, tmp_path: Path
) -> None:
    folder = write([{**deployment, "spec": "none"}], tmp_path / "wrong")
    with pytest.raises(JudgeError, match="cannot unmarshal string"):
        KubeScore().verdict(folder)
