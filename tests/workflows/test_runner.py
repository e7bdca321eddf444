"""The runner stands for GitHub: it is no kinder, and leaves nothing out."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from .action import Place
from .expression import ExpressionError, evaluated, holds, written
from .job import Job, Run, UnknownAction
from .runner import ROOT, WORKFLOWS

_RUN = {
    "comment",
    "divergence",
    "promote",
    "pull-request",
    "release",
    "rollback",
}
CONTEXTS: dict[str, Any] = {
    "success": True,
    "vars": {"STACKS": '["dev"]'},
    "github": {"event": {"head": {"repo": "ann/slipway"}}, "repository": "ann/slipway"},
    "inputs": {},
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("vars.STACKS != ''", True),
        ("vars.RUNNER || 'ubuntu-24.04'", "ubuntu-24.04"),
        ("github.event.head.repo == github.repository && !vars.NONE", True),
        ("fromJSON(vars.STACKS)", ["dev"]),
        ("'it''s'", "it's"),
        ("(vars.NONE || 'a') == 'a'", True),
        ("github.event.none.deeper", None),
    ],
)
def test_an_expression_is_worth_what_github_says(
    expression: str, value: object
) -> None:
    assert evaluated(expression, CONTEXTS) == value


@pytest.mark.parametrize("unknown", ["secrets.KEY", "startsWith('a', 'b')", "1 < 2"])
def test_an_expression_that_is_not_known_is_an_error(unknown: str) -> None:
    with pytest.raises(ExpressionError):
        evaluated(unknown, CONTEXTS)


def test_a_lone_expression_keeps_its_type() -> None:
    assert written("${{ fromJSON(vars.STACKS) }}", CONTEXTS) == ["dev"]
    assert written("a ${{ vars.NONE }}b ${{ 'c' }}", CONTEXTS) == "a b c"


def test_after_a_failure_only_what_asks_for_it_runs() -> None:
    failed = {**CONTEXTS, "success": False}
    assert not holds(None, failed)
    assert not holds("vars.STACKS != ''", failed)
    assert holds("always() && vars.STACKS != ''", failed)


def test_steps_run_in_order_and_stop_at_the_first_failure(tmp_path: Path) -> None:
    steps = [
        {"name": "a", "run": 'echo "x=1" >> "$GITHUB_OUTPUT"', "id": "a"},
        {"name": "b", "run": "false\necho not here", "env": {"X": "1"}},
        {"name": "c", "run": "echo nor here"},
        {"name": "d", "if": "always()", "run": 'echo "$X"', "env": _X},
    ]
    run = Run()

    result = _job(tmp_path).run(steps, run)

    assert result == "failure"
    assert [(one.name, one.code, one.told) for one in run.steps] == [
        ("a", 0, ""),
        ("b", 1, ""),
        ("d", 0, "1\n"),
    ]


_X = {"X": "${{ steps.a.outputs.x }}"}


def test_an_action_that_nobody_looked_at_fails(tmp_path: Path) -> None:
    with pytest.raises(UnknownAction, match="ann/other"):
        _job(tmp_path).run([{"uses": "ann/other@v1"}], Run())


def test_every_workflow_is_run_here_but_the_one_that_runs_this() -> None:
    names = {file.stem for file in WORKFLOWS.iterdir()}
    assert names == _RUN | {"test"}
    told = yaml.safe_load((WORKFLOWS / "test.yml").read_text())
    (script,) = (one["run"] for one in told["jobs"]["test"]["steps"] if "run" in one)
    assert script == 'sudo "PATH=$PATH" .ci/run'


def test_no_workflow_has_a_secret() -> None:
    """Clouds are reached by OIDC; a fork's job reaches none."""
    for file in (ROOT / ".github").rglob("*.yml"):
        assert "secrets." not in file.read_text(), file
    told = yaml.safe_load((WORKFLOWS / "pull-request.yml").read_text())
    assert told["jobs"]["diff"]["permissions"] == {"contents": "read"}


def test_every_command_of_a_step_is_one_that_a_person_has() -> None:
    """No script of a workflow knows something that the commands do not."""
    for name in _RUN:
        told = yaml.safe_load((WORKFLOWS / f"{name}.yml").read_text())
        for job in told["jobs"].values():
            for step in job["steps"]:
                words = step.get("run", "python3 -m stacks").removeprefix("stacks=$(")
                assert words.startswith(("python3 -m stacks", "git fetch")), words


def _job(folder: Path) -> Job:
    place = Place(
        origin=folder,
        workspace=folder,
        temp=folder,
        artifacts=folder,
        commit="",
        may_push=False,
    )
    return Job("job", place, {**CONTEXTS, "steps": {}}, {"PATH": "/usr/bin:/bin"})
