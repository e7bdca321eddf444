"""Judges that others made find nothing in the pipelines that Slipway ships."""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from . import waivers
from .actionlint import Actionlint
from .review import WORKFLOW_JUDGES
from .shellcheck import Shellcheck
from .verdict import Finding
from .workflow_files import FOLDER
from .zizmor import Zizmor

ROOT = Path(__file__).parents[2]
# The first time, one of the judges is built.
pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not shutil.which("shellcheck"),
        reason="shellcheck is not installed; `python3 -m tests` as root installs it",
    ),
]
_PINNED = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"


@dataclass(frozen=True)
class Mistake:
    """One text in one file that is another, and who must see it."""

    file: str
    good: str
    wrong: str
    judge: str
    check: str


MISTAKES = {
    "an action by a tag": Mistake(
        "release", _PINNED, "actions/checkout@v7", Zizmor.name, "unpinned-uses"
    ),
    "an action by a tag, let off by a comment": Mistake(
        "release",
        _PINNED,
        "actions/checkout@v7 # zizmor: ignore[unpinned-uses]",
        Zizmor.name,
        "unpinned-uses",
    ),
    "a reason that is a command": Mistake(
        "rollback",
        '"$REASON"',
        '"${{ inputs.reason }}"',
        Zizmor.name,
        "template-injection",
    ),
    "a branch name that is a command": Mistake(
        "comment",
        '"$HEAD"',
        '"${{ github.event.workflow_run.head_branch }}"',
        Zizmor.name,
        "template-injection",
    ),
    "a job that may do everything": Mistake(
        "release",
        "permissions: {}",
        "permissions: write-all",
        Zizmor.name,
        "excessive-permissions",
    ),
    "a key that does not exist": Mistake(
        "promote",
        "timeout-minutes:",
        "timeout-minute:",
        Actionlint.name,
        "syntax-check",
    ),
    "a job that waits for none there is": Mistake(
        "release", "needs: changed", "needs: change", Actionlint.name, "job-needs"
    ),
    "an output that no step has": Mistake(
        "release", "outputs.stacks", "outputs.stack", Actionlint.name, "expression"
    ),
    "an input that the action does not take": Mistake(
        "test", "bubblewrap:", "bubblewarp:", Actionlint.name, "action"
    ),
    "a word that falls apart": Mistake(
        "release", 'up "$STACK"', "up $STACK", Shellcheck.name, "SC2086"
    ),
    "a quote without an end": Mistake(
        "divergence",
        '"$RUNNER_TEMP/status.json"',
        '"$RUNNER_TEMP/status.json',
        Shellcheck.name,
        "SC1073",
    ),
}


@pytest.fixture(scope="module")
def ours() -> list[Finding]:
    """What the judges say of the clone."""
    return [one for judge in WORKFLOW_JUDGES for one in judge.findings(ROOT)]


def test_no_judge_finds_anything_that_is_not_waived(ours: list[Finding]) -> None:
    found = waivers.unwaived(ours, _waivers(), date.today())
    assert not found, "\n".join(map(str, found))


def test_every_waiver_is_good_and_still_needed(ours: list[Finding]) -> None:
    wrong = waivers.mistakes(ours, _waivers(), date.today())
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_seen(name: str, ours: list[Finding], tmp_path: Path) -> None:
    mistake = MISTAKES[name]
    shutil.copytree(ROOT / FOLDER, tmp_path / FOLDER)
    (tmp_path / ".git").mkdir()  # by which actionlint knows where own actions are
    file = tmp_path / FOLDER / "workflows" / f"{mistake.file}.yml"
    text = file.read_text()
    assert mistake.good in text
    file.write_text(text.replace(mistake.good, mistake.wrong))

    (judge,) = (one for one in WORKFLOW_JUDGES if one.name == mistake.judge)
    found = judge.findings(tmp_path)

    new = {(one.check, one.object) for one in found - {*ours}}
    assert (mistake.check, f"Workflow/{mistake.file}") in new


def _waivers() -> tuple[waivers.Waiver, ...]:
    return waivers.read(judge.name for judge in WORKFLOW_JUDGES)
