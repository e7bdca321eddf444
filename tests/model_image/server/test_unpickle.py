"""An unpickler that imports nothing but what is allowed."""

import pickle
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from model_image.server.unpickle import RefusedName, load
from tests.model_image.scan.canary import canary_in
from tests.model_image.scan.hostile import ATTACKS, call, name, text, written

ROWS = np.random.default_rng(0).normal(size=(60, 4))
LABELS = (ROWS.sum(axis=1) > 0).astype(int)

# These are for the scan alone: what they name is allowed, what they do is harmless in
# a process without files and network, or only confuses readers.
HARMLESS = {
    "a booster's file",
    "build",
    "two pickles",
    "change of a class",
    "items of a class",
    "call of an instance",
    "pointers in an array",
    "an end too many",
}


@pytest.mark.parametrize("attack", sorted(ATTACKS.keys() - HARMLESS))
def test_an_attack_ends_before_it_does_anything(attack: str, tmp_path: Path) -> None:
    with canary_in(tmp_path) as canary:
        path = written(attack, canary, tmp_path / "model.pkl")

        with pytest.raises((pickle.UnpicklingError, EOFError, ValueError, TypeError)):
            load(path)

        assert canary.is_alive()


@pytest.mark.parametrize("compress", [0, 3, ("gzip", 3), ("bz2", 3), ("xz", 1)])
def test_a_model_answers_as_it_did(compress: Any, tmp_path: Path) -> None:
    model = RandomForestClassifier(5, random_state=0).fit(ROWS, LABELS)
    joblib.dump(model, tmp_path / "model.joblib", compress=compress)

    loaded = load(tmp_path / "model.joblib")

    assert (loaded.predict_proba(ROWS) == model.predict_proba(ROWS)).all()


def test_an_array_of_objects_is_held_to_the_list_by_an_old_joblib_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every joblib asks the outer unpickler for the names in an inner one."""

    def read_array(self: Any, unpickler: Any, *_: Any, **__: Any) -> Any:
        return pickle.load(unpickler.file_handle)

    monkeypatch.setattr("joblib.numpy_pickle.NumpyArrayWrapper.read_array", read_array)
    with canary_in(tmp_path) as canary:
        path = written("object array of joblib", canary, tmp_path / "model.joblib")

        with pytest.raises(RefusedName, match=r"io\.open"):
            load(path)

        assert canary.is_alive()


def test_objects_within_an_array_come_back(tmp_path: Path) -> None:
    joblib.dump(np.array(["a", None, 3], dtype=object), tmp_path / "model.joblib")

    assert load(tmp_path / "model.joblib").tolist() == ["a", None, 3]


def test_what_the_operator_trusts_is_found(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(call("fractions", "Fraction", "1/3"))

    with pytest.raises(RefusedName, match=r"fractions\.Fraction"):
        load(path)
    assert str(load(path, frozenset({"fractions.*"}))) == "1/3"


def test_a_class_that_a_module_only_imports_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(b"\x80\x04" + name("sklearn.svm._base", "ABCMeta") + b".")

    with pytest.raises(RefusedName, match="no class of that module"):
        load(path)


def test_text_of_protocol_2_becomes_bytes(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(b"\xff\x00", protocol=2))

    assert load(path) == b"\xff\x00"


def test_no_other_codec_is_used(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    encode = name("_codecs", "encode") + text("x") + text("rot13") + b"\x86R."
    path.write_bytes(b"\x80\x04" + encode)

    with pytest.raises(RefusedName, match="rot13"):
        load(path)
