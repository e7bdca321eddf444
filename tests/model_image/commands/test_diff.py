"""`diff`: both packages really run, isolated, and a pipeline can rely on the exit."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from model_image.commands.app import app
from model_image.errors import PackError
from model_image.server.manifest import read_manifest
from tests.packages import variant

pytestmark = pytest.mark.sandbox


def diff(*words: object) -> tuple[int, str]:
    run = CliRunner().invoke(app, ["diff", *map(str, words)], catch_exceptions=False)
    return run.exit_code, run.stdout


@pytest.fixture
def patched(package: Path, tmp_path: Path) -> Path:
    """The example's next version, with the same model."""
    return variant(package, tmp_path / "patched", version="1.0.1")


@pytest.fixture
def broken(patched: Path, repack: Callable[..., None]) -> Path:
    """The same with a class of another name, in a version that is too small."""
    outputs, response = (
        json.loads((patched / file).read_text().replace("class_0", "class_zero"))[key]
        for file, key in (("model.json", "outputs"), ("example.json", "response"))
    )
    repack(patched, {"response": response}, outputs=outputs)
    return patched


def test_a_patch_is_told_as_one(package: Path, patched: Path):
    code, told = diff(package, patched)

    assert code == 0
    assert "the schema is the same" in told
    assert "asks for a patch step, 1.0.1 or later; 1.0.1 is a patch step" in told
    assert "202 compared; refused: 0 by the old one, 0 by the new" in told
    assert "label: the same in all 202" in told


def test_a_breaking_change_in_too_small_a_version_fails(package: Path, broken: Path):
    code, told = diff(package, broken)

    assert code == 1
    assert "breaking  output 'label' class 'class_0' is removed" in told
    assert "asks for a major step, 2.0.0 or later; 1.0.1 is too small a step" in told


def test_json_has_answers_metrics_and_needs_of_both(
    package: Path, patched: Path, tmp_path: Path
):
    evidence = {"identity": read_manifest(patched).identity, "metrics": {"f1": 0.5}}
    (patched / "evidence.json").write_text(json.dumps(evidence))
    rows = tmp_path / "rows.csv"
    heading = ",".join(read_manifest(package).inputs[0].names)
    values = "12.9,3.8,2.6,18.6,102,2.4,2.4,0.25,1.98,4.5,1.03,3.52"
    rows.write_text(f"{heading}\n{values},770\n{values},much\n")

    code, told = diff(package, patched, "--data", rows, "--json")

    found = json.loads(told)
    assert code == 0
    assert found["allowed"] is True
    assert found["metrics"] == {"f1": {"old": None, "new": 0.5}}
    assert found["answers"]["source"] == "the 2 rows of rows.csv"
    assert found["answers"]["compared"] == 1
    assert found["answers"]["refused_by_old"] == found["answers"]["refused_by_new"] == 1
    assert "proline" in found["answers"]["first_refusals"][0]


def test_a_package_that_does_not_give_its_own_answer_cannot_be_compared(
    package: Path, tmp_path: Path
):
    wrong = {"predictions": [{"label": "class_2", "probabilities": {}}]}
    liar = variant(package, tmp_path / "liar", version="1.0.1", response=wrong)

    with pytest.raises(PackError, match="cannot be asked: the model does not give"):
        diff(package, liar)
