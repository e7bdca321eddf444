"""What judges that others made, and rules, say of what is declared in Azure."""

import subprocess
import sys
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stacks.offline import Declaration
from tests.components.azure import arm
from tests.components.azure.checkov import findings
from tests.components.azure.conftest import APP, JOB
from tests.components.azure.planted import MISTAKES, Mistake
from tests.components.azure.rules import PROD, broken
from tests.components.azure.sdk_judge import mistakes, models

MODELS: dict[str, type[Any]] = {
    APP: models.ContainerApp,
    JOB: models.Job,
    "azure-native:app:ManagedEnvironment": models.ManagedEnvironment,
}
_NO_BODY = ("type", "apiVersion", "name")
WAIVED = {
    "CKV_AZURE_41": "a secret ends when another value is set, not on a day",
    "CKV_AZURE_109": "Container Apps reads secrets from outside any network",
    "CKV_AZURE_139": "stacks of other subscriptions pull without a common network",
    "CKV_AZURE_166": "quarantine is for scanners that Slipway's gates stand in for",
    "CKV_AZURE_189": "Container Apps reads secrets from outside any network",
}
"""checkov's findings that are meant. Of container apps it has no check at all."""


def _judged(declaration: Declaration) -> list[str]:
    found: list[str] = []
    for one in declaration.resources:
        if model := MODELS.get(one.type):
            whole = arm.resource(one)
            body = {key: whole[key] for key in whole if key not in _NO_BODY}
            found += mistakes(model, body, one.name)
    return found


@pytest.fixture(params=["plain", "full", "own_vault", "registry"])
def declaration(request: pytest.FixtureRequest) -> Declaration:
    return request.getfixturevalue(request.param)


def test_azures_own_models_take_every_body(declaration: Declaration) -> None:
    assert _judged(declaration) == []


@pytest.mark.parametrize("name", ["plain", "own_vault", "registry"])
def test_no_rule_is_broken(name: str, request: pytest.FixtureRequest) -> None:
    assert broken(request.getfixturevalue(name)) == []


def test_only_what_is_asked_for_is_public(full: Declaration) -> None:
    (found,) = broken(full)
    assert found.startswith("public: model: it lets the internet in")
    assert broken(full, replace(PROD, public=True)) == []


@pytest.mark.parametrize(
    "mistake",
    [
        pytest.param(one, id=name)
        for name, one in MISTAKES.items()
        if one.seen_by != "checkov"
    ],
)
def test_a_planted_mistake_is_seen(
    mistake: Mistake, request: pytest.FixtureRequest
) -> None:
    planted = deepcopy(request.getfixturevalue(mistake.of))
    mistake.change(planted)
    if mistake.seen_by == "sdk":
        said = _judged(planted)
    else:
        said = [one for one in broken(planted) if one.startswith(mistake.seen_by)]
    assert any(mistake.said in one for one in said), said


def test_at_least_ten_mistakes_are_planted() -> None:
    assert len(MISTAKES) >= 10


@pytest.mark.judge
@pytest.mark.parametrize("name", ["plain", "full", "own_vault", "registry"])
def test_checkov_holds_nothing_against_it(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    template = arm.template(request.getfixturevalue(name))
    found = findings(tmp_path, template)
    assert {id: one for id, one in found.items() if id not in WAIVED} == {}


@pytest.mark.judge
@pytest.mark.parametrize(
    "mistake",
    [
        pytest.param(one, id=name)
        for name, one in MISTAKES.items()
        if one.seen_by == "checkov"
    ],
)
def test_checkov_sees_what_is_planted_for_it(
    mistake: Mistake, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    planted = deepcopy(request.getfixturevalue(mistake.of))
    mistake.change(planted)
    assert mistake.said in findings(tmp_path, arm.template(planted))


@pytest.mark.judge
def test_pyright_sees_a_field_that_no_probe_has(tmp_path: Path) -> None:
    """The types come with Pulumi's SDK; components are written in them."""
    file = tmp_path / "wrong.py"
    file.write_text(
        "from pulumi_azure_native import app\n"
        "probe: app.ContainerAppProbeArgsDict = {'http_gett': {'port': 8080}}\n"
    )
    run = subprocess.run(
        [
            Path(sys.executable).with_name("pyright"),
            "--pythonpath",
            sys.executable,
            file,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert '"http_gett" is an undefined item' in run.stdout
