"""An MLflow folder leads to the model inside, which is scanned as what it is."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from sklearn.linear_model import LogisticRegression

from model_image.errors import PackError
from model_image.scan import Format, recognise, scan
from tests.model_image.scan.canary import Canary
from tests.model_image.scan.hostile import ATTACKS, call

NOBODY: frozenset[str] = frozenset()


def logged(folder: Path, content: bytes, name: str = "model.pkl", **more: Any) -> Path:
    sklearn = {"pickled_model": name, "sklearn_version": "1.9.1", **more}
    flavors = {"sklearn": sklearn, "python_function": {"python_version": "3.11.9"}}
    (folder / "MLmodel").write_text(yaml.safe_dump({"flavors": flavors}))
    (folder / "model.pkl").write_bytes(content)
    return folder


def scanned(folder: Path) -> Any:
    return scan(folder, recognise(folder), trusted=NOBODY, code=NOBODY)


def refusal(folder: Path) -> str:
    with pytest.raises(PackError) as refused:
        scanned(folder)
    return str(refused.value)


def test_the_model_inside_is_scanned(tmp_path: Path) -> None:
    model = LogisticRegression().fit(np.eye(2), [0, 1])

    report = scanned(logged(tmp_path, pickle.dumps(model)))

    assert report.format == Format.PICKLE
    assert report.python == "3.11.9"
    assert report.libraries["scikit-learn"] == "1.9.1"


def test_an_attack_inside_is_refused(canary: Canary, tmp_path: Path) -> None:
    assert "io.open" in refusal(logged(tmp_path, ATTACKS["reduce"](canary)))


def test_a_model_cannot_vouch_for_itself(tmp_path: Path) -> None:
    """GHSA-w582-9x45-8mpx: what a model says it trusts is its maker's word."""
    vouched: dict[str, Any] = {
        "skops_trusted_types": ["evil.Thing"],
        "trusted": ["evil.*"],
    }

    folder = logged(tmp_path, call("evil", "Thing"), **vouched)

    assert "evil.Thing" in refusal(folder)


@pytest.mark.parametrize("name", ["/etc/passwd", "../model.pkl", "a/../../b"])
def test_a_path_out_of_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    assert "outside of" in refusal(logged(tmp_path, b"", name))


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "model", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (elsewhere / "model.pkl").write_bytes(pickle.dumps([1]))
    logged(folder, b"", "data/model.pkl")
    (folder / "data").symlink_to(elsewhere)

    assert f"{folder / 'data'} is a link" in refusal(folder)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "not there" in refusal(logged(tmp_path, b"", "other.pkl"))


@pytest.mark.parametrize(
    "description",
    [
        "[",
        "just text",
        "!!python/object/apply:os.system [ls]",
        "flavors: {}",
        "flavors: 3",
    ],
)
def test_a_description_that_is_none_is_refused(
    description: str, tmp_path: Path
) -> None:
    (tmp_path / "MLmodel").write_text(description)

    assert str(tmp_path) in refusal(tmp_path)


def test_a_model_of_pure_python_is_pointed_to_its_command(tmp_path: Path) -> None:
    (tmp_path / "MLmodel").write_text("flavors: {python_function: {loader_module: x}}")

    sentence = refusal(tmp_path)

    assert "python_function" in sentence
    assert "--code DIR" in sentence
