"""An estimator answers as it does where it was trained, loaded from its own file."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC

from model_image.server.flavours import Model, load
from model_image.server.flavours.sklearn import Estimator
from model_image.server.manifest import (
    Column,
    Input,
    ManifestError,
    Output,
    read_manifest,
)
from tests.own_package import own_package

ROWS = pd.DataFrame(
    {
        "city": ["Oslo", "Bergen", "Oslo", "Bergen"] * 5,
        "age": np.linspace(20, 60, 20),
        "pay": np.linspace(9, 1, 20),
    }
)
NUMBERS = ROWS.drop(columns="city")
RICH = np.where(ROWS.pay > 5, "yes", "no")


@pytest.mark.parametrize(
    ("model", "outputs"),
    [
        (LogisticRegression().fit(NUMBERS, RICH), ["label", "probabilities"]),
        (SVC().fit(NUMBERS, RICH), ["label"]),
        (LinearRegression().fit(NUMBERS, ROWS.pay), ["prediction"]),
        (StandardScaler().fit(NUMBERS), ["transformed"]),
        (
            MultiOutputClassifier(LogisticRegression()).fit(
                NUMBERS, np.stack([RICH, RICH], axis=1)
            ),
            ["label", "probabilities_0", "probabilities_1"],
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_estimator_is_asked_for_all_that_it_can_say(model: Any, outputs: list[str]):
    made = Estimator(model).predict(NUMBERS)

    assert list(made) == outputs
    first = model.predict(NUMBERS) if hasattr(model, "predict") else None
    if first is not None:
        np.testing.assert_array_equal(made[outputs[0]], first)


def test_a_text_model_is_given_plain_strings():
    texts = pd.DataFrame({"text": ["good wine", "bad wine", "good", "bad"]})
    model = make_pipeline(make_pipeline(TfidfVectorizer()), LogisticRegression())
    model.fit(texts.text, [1, 0, 1, 0])

    assert Estimator(model).predict(texts)["label"].tolist() == [1, 0, 1, 0]


def test_a_model_trained_on_arrays_is_given_one():
    model = LinearRegression().fit(NUMBERS.to_numpy(), ROWS.pay)

    made = Estimator(model).predict(NUMBERS)

    np.testing.assert_allclose(made["prediction"], ROWS.pay)


@pytest.fixture
def forest() -> Any:
    """A pipeline over columns of two types, which wants them in its own order."""
    split = make_column_transformer(
        (StandardScaler(), ["pay"]),
        (OneHotEncoder(), ["city"]),
        remainder="passthrough",
    )
    model = make_pipeline(split, RandomForestClassifier(5, random_state=0))
    return model.fit(ROWS, RICH)


@pytest.fixture
def packed(tmp_path: Path) -> Callable[..., Path]:
    """A package of flavour sklearn, its inputs grouped by type as packing does."""

    def packing(model: Any, **more: bytes) -> Path:
        inputs = (
            Input("numbers", "FP64", (-1, 2), (Column("age"), Column("pay"))),
            Input("city", "BYTES", (-1, 1), (Column("city"),)),
        )
        outputs = (
            Output("label", "BYTES", (-1,)),
            Output("probabilities", "FP64", (-1, 2), ("no", "yes")),
        )
        files = {"artifacts/form.json": pickle.dumps(model)}
        own_package(
            tmp_path, files | more, flavour="sklearn", inputs=inputs, outputs=outputs
        )
        return tmp_path

    return packing


def loaded(folder: Path) -> Model:
    return load(folder, read_manifest(folder), 1)


def test_a_loaded_pipeline_answers_as_the_one_that_was_saved(
    forest: Any, packed: Callable[..., Path]
):
    model = loaded(packed(forest))

    made = model.run({"numbers": NUMBERS.to_numpy(), "city": ROWS[["city"]].to_numpy()})

    assert made["label"].tolist() == forest.predict(ROWS).tolist()
    np.testing.assert_array_equal(made["probabilities"], forest.predict_proba(ROWS))


class Reach:
    """Asks for a shell when it is unpickled."""

    def __reduce__(self) -> Any:
        import os

        return os.system, ("true",)


def test_a_file_that_names_what_nobody_trusts_is_not_loaded(
    packed: Callable[..., Path],
):
    with pytest.raises(ManifestError, match=r"could not be loaded: .*\.system"):
        loaded(packed(Reach()))


def test_a_file_that_is_no_model_is_named(packed: Callable[..., Path]):
    with pytest.raises(
        ManifestError, match=r"artifacts/form\.json could not be loaded"
    ):
        loaded(packed(None, **{"artifacts/form.json": b"{}"}))


def test_a_second_artifact_is_refused(packed: Callable[..., Path]):
    with pytest.raises(ManifestError, match="has 2 files, and the flavour sklearn"):
        loaded(packed(None, **{"artifacts/more.pkl": b""}))
