"""The converter and the versions that a model needs, or the range it is out of."""

from collections.abc import Callable
from pathlib import Path

import pytest

from model_image import converters
from model_image.converters import converter_for, converter_python
from model_image.errors import PackError
from model_image.scan import Format

Asked = Callable[..., str]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The requirements that would be locked for a model; none is the shipped lock."""
    texts = [""]

    def locked(text: str, say: object) -> Path:
        texts[0] = text
        return Path("lock")

    monkeypatch.setattr(converters, "locked", locked)
    monkeypatch.setattr(converters, "environment", lambda lock, say: lock)

    def requirements(converter: str, **libraries: str) -> str:
        texts[0] = ""
        named = {name.replace("_", "-"): one for name, one in libraries.items()}
        converter_python(converter, named, "model.pkl", print)
        return texts[0]

    return requirements


def test_a_pickle_of_boosters_has_its_own_converter():
    names = ["sklearn.pipeline.Pipeline", "xgboost.sklearn.XGBClassifier"]

    assert converter_for(Format.PICKLE, names[:1]) == "sklearn"
    assert converter_for(Format.PICKLE, names) == "boosted"
    assert converter_for(Format.PICKLE, ["lightgbm.basic.Booster"]) == "boosted"
    assert converter_for(Format.XGBOOST, []) == "xgboost"


@pytest.mark.parametrize("version", ["1.9.1", "1.9.0"])
def test_a_model_of_the_locked_minor_version_needs_no_other(asked: Asked, version: str):
    assert not asked("sklearn", scikit_learn=version)


def test_an_older_model_gets_exactly_its_version(asked: Asked):
    text = asked("sklearn", scikit_learn="1.5.2")

    assert "scikit-learn==1.5.2\n" in text
    assert "numpy<3\n" in text
    assert "skl2onnx==" in text


def test_a_model_from_before_numpy_2_gets_that_too(asked: Asked):
    assert "numpy<2\n" in asked("sklearn", scikit_learn="1.3.2")


def test_a_pickled_booster_gets_its_version_without_cuda(asked: Asked):
    assert "xgboost-cpu==2.1.4\n" in asked("boosted", xgboost="2.1.4")


def test_formats_that_every_version_reads_are_not_held_to_one(asked: Asked):
    assert not asked("lightgbm", lightgbm="v4")
    assert not asked("boosted", lightgbm="v4")


@pytest.mark.parametrize("version", ["0.24.2", "1.1.3", "2.0.0", "nonsense"])
def test_a_version_that_cannot_be_had_names_the_range(asked: Asked, version: str):
    with pytest.raises(PackError, match=rf"scikit-learn {version}, and 1\.2 to 1\.9"):
        asked("sklearn", scikit_learn=version)


def test_an_old_pickle_of_a_booster_names_the_way_out(asked: Asked):
    with pytest.raises(PackError, match=r"save it with `model\.save_model\(FILE\)`"):
        asked("boosted", xgboost="1.7.6")


@pytest.mark.parametrize("lock", sorted(converters.HERE.glob("*.txt")), ids=str)
def test_every_lock_is_of_its_own_requirements(lock: Path):
    text = lock.read_text()
    wanted = lock.with_suffix(".in").read_text().splitlines()

    for line in wanted:
        if line and not line.startswith("#"):
            assert f"\n{line} " in text
    assert "://" not in text
