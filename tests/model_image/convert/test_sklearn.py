"""Estimators become ONNX where it gives their answers, and say so where it does not."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import (
    RandomForestClassifier,
    RandomForestRegressor,
    VotingClassifier,
)
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
    TargetEncoder,
)
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from model_image.convert.original import Unconvertible
from tests.model_image.convert.conftest import Convert


def loaded(name: str) -> tuple[Any, Any]:
    data = getattr(datasets, f"load_{name}")(as_frame=True)
    return data.data, data.target


WINE, KINDS = loaded("wine")
HOLED = WINE.mask(np.random.default_rng(0).random(WINE.shape) < 0.05)
# The same grapes, described in words too.
WORDS = WINE[["alcohol", "proline"]].assign(
    strength=np.where(WINE["alcohol"] > 13, "strong", "light"),
    shade=np.where(WINE["hue"] > 1, "ruby", "brick"),
    level=(WINE["magnesium"] // 40).astype(int),
)
LINEAR = LogisticRegression(C=0.01, max_iter=5000)


def columns(*steps: Any, **more: Any) -> ColumnTransformer:
    named = [(str(at), *step) for at, step in enumerate(steps)]
    return ColumnTransformer(named, **more)


@pytest.mark.parametrize(
    "model",
    [
        make_pipeline(StandardScaler(), LinearSVC()),
        make_pipeline(StandardScaler(), SGDClassifier(random_state=0)),
        CalibratedClassifierCV(make_pipeline(StandardScaler(), LinearSVC()), cv=2),
        VotingClassifier(
            [("a", LINEAR), ("b", DecisionTreeClassifier())], voting="soft"
        ),
        GridSearchCV(make_pipeline(StandardScaler(), LINEAR), {}, cv=2),
        make_pipeline(KBinsDiscretizer(4), LINEAR),
        make_pipeline(FunctionTransformer(np.log1p), StandardScaler(), LINEAR),
        make_pipeline(FunctionTransformer(np.square), StandardScaler(), LINEAR),
    ],
    ids=lambda model: type(getattr(model, "steps", [[0, model]])[0][1]).__name__,
)
def test_classifiers_of_many_kinds_are_carried(convert: Convert, model: Any):
    made = convert(model.fit(WINE, KINDS), rows=WINE)

    assert made.draft.outputs[0].name == "label"
    assert (made.package / "model.onnx").exists()


@pytest.mark.parametrize("labels", [["a", "b", "c"], [7, 8, 9], [False, True, True]])
def test_labels_are_what_training_called_them(convert: Convert, labels: list[Any]):
    target = np.array(labels)[KINDS]

    made = convert(RandomForestClassifier(5).fit(WINE, target), rows=WINE)

    label, chances = made.draft.outputs
    assert label.datatype == ("BYTES" if labels[0] == "a" else "INT64")
    assert chances.columns == tuple(str(one) for one in _names(labels))


def _names(labels: list[Any]) -> list[Any]:
    return [0, 1] if labels[0] is False else labels


@pytest.mark.filterwarnings("ignore:Option zipmap is ignored")
def test_several_targets_have_an_output_each(convert: Convert):
    targets = np.stack([KINDS, KINDS == 1], axis=1)
    model = MultiOutputClassifier(DecisionTreeClassifier(max_depth=3))

    made = convert(model.fit(WINE, targets), rows=WINE)

    assert [(one.name, one.shape) for one in made.draft.outputs] == [
        ("label", (-1, 2)),
        ("probabilities_0", (-1, 3)),
        ("probabilities_1", (-1, 2)),
    ]


def test_several_amounts_are_one_output(convert: Convert):
    rows, targets = loaded("linnerud")

    made = convert(RandomForestRegressor(5).fit(rows, targets), rows=rows)

    assert [one.shape for one in made.draft.outputs] == [(-1, 3)]


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(20, random_state=0),
        make_pipeline(SimpleImputer(add_indicator=True), StandardScaler(), LINEAR),
    ],
    ids=["forest", "imputer"],
)
def test_missing_values_go_where_they_went_in_training(convert: Convert, model: Any):
    made = convert(model.fit(HOLED, KINDS), rows=HOLED)

    assert all(column.missing for column in made.draft.inputs[0].columns)
    assert not made.draft.notes


def test_a_model_that_refuses_missing_values_is_not_asked_any(convert: Convert):
    made = convert(make_pipeline(StandardScaler(), LINEAR).fit(WINE, KINDS), rows=WINE)

    assert not any(column.missing for column in made.draft.inputs[0].columns)


def test_a_forest_behind_a_scaler_sees_what_it_saw_in_training(convert: Convert):
    """In single precision the scaled values would fall beside other thresholds."""
    rows, target = loaded("diabetes")
    scaled = columns(
        (make_pipeline(SimpleImputer(), StandardScaler()), ["age", "bmi", "s5"]),
        remainder="passthrough",
    )
    model = make_pipeline(scaled, RandomForestRegressor(30, random_state=0))

    made = convert(model.fit(rows, target), rows=rows)

    assert made.draft.outputs[0].name == "prediction"


def test_columns_of_text_and_whole_numbers_keep_their_types(convert: Convert):
    encoded = columns(
        (OneHotEncoder(handle_unknown="ignore"), ["strength", "level"]),
        (StandardScaler(), ["alcohol", "proline"]),
    )
    rows = WORDS.drop(columns="shade")

    made = convert(make_pipeline(encoded, LINEAR).fit(rows, KINDS), rows=rows)

    types = {one.name: one.datatype for one in made.draft.inputs}
    assert types["strength"] == "BYTES"
    assert types["alcohol"] == "FP32"
    assert made.column("strength").categories == ("light", "strong")
    assert not made.column("strength").closed


def test_an_encoder_that_knows_only_its_categories_closes_the_column(convert: Convert):
    encoded = columns(
        (OrdinalEncoder(), ["strength", "shade"]), remainder=StandardScaler()
    )

    made = convert(make_pipeline(encoded, LINEAR).fit(WORDS, KINDS), rows=WORDS)

    assert made.column("strength").closed
    assert made.column("shade").closed


@pytest.mark.parametrize(
    "chosen",
    [
        ["alcohol", "proline"],
        [0, 1],
        slice(0, 2),
        slice("alcohol", "proline"),
        [True, True, False, False, False],
    ],
    ids=["names", "places", "slice", "slice by name", "mask"],
)
def test_columns_are_chosen_in_any_way(convert: Convert, chosen: Any):
    encoded = columns(
        (StandardScaler(), chosen),
        (OneHotEncoder(handle_unknown="ignore"), slice(2, 4)),
    )

    made = convert(make_pipeline(encoded, LINEAR).fit(WORDS, KINDS), rows=WORDS)

    assert made.column("shade").categories == ("brick", "ruby")


def test_target_encoders_and_missing_text_are_carried(convert: Convert):
    rows = WORDS.assign(shade=WORDS["shade"].where(WORDS.index % 7 > 0))
    filled = make_pipeline(
        SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")
    )
    encoded = columns(
        (filled, ["shade"]), (TargetEncoder(), ["strength"]), remainder=StandardScaler()
    )
    made = convert(make_pipeline(encoded, LINEAR).fit(rows, KINDS == 1), rows=rows)

    assert made.column("shade").missing


def test_a_transformed_target_is_transformed_back(convert: Convert):
    rows, target = loaded("diabetes")
    model = TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1)

    made = convert(model.fit(rows, target), rows=rows)

    assert [one.name for one in made.draft.outputs] == ["prediction"]


def test_text_is_one_input_under_the_samples_name(convert: Convert):
    lines = ["cheap pills now", "meeting at noon", "win money now", "lunch at noon"] * 9
    model = make_pipeline(CountVectorizer(), LINEAR).fit(lines, ["spam", "ham"] * 18)

    made = convert(model, rows=pd.DataFrame({"mail": lines}))

    assert [(one.name, one.datatype) for one in made.draft.inputs] == [
        ("mail", "BYTES")
    ]


def test_a_preprocessor_and_a_model_are_one(convert: Convert):
    scaler = StandardScaler().fit(WINE)
    model = LogisticRegression(C=0.01).fit(scaler.transform(WINE), KINDS)

    made = convert(model, scaler, rows=WINE)

    assert made.draft.inputs[0].names == tuple(WINE)


def test_without_a_sample_rows_are_made(convert: Convert):
    made = convert(make_pipeline(StandardScaler(), LINEAR).fit(WINE, KINDS))

    assert made.draft.inputs[0].names == tuple(WINE)
    assert not (made.package / "profile.json").exists()


def test_a_transformer_alone_is_a_model_too(convert: Convert):
    made = convert(StandardScaler().fit(WINE), rows=WINE)

    assert [one.name for one in made.draft.outputs] == ["transformed"]


@pytest.mark.parametrize(
    "words", [HashingVectorizer(n_features=64), CountVectorizer(analyzer="char")]
)
def test_what_onnx_has_no_words_for_names_the_other_flavour(
    convert: Convert, words: Any
):
    lines = ["cheap pills now", "meeting at noon"] * 10
    model = make_pipeline(words, LINEAR).fit(lines, ["spam", "ham"] * 10)

    with pytest.raises(Unconvertible, match=r"with --flavour sklearn$"):
        convert(model, rows=pd.DataFrame({"mail": lines}))


def test_the_other_flavour_keeps_the_file_and_its_versions(convert: Convert):
    lines = ["cheap pills now", "meeting at noon"] * 10
    model = make_pipeline(HashingVectorizer(n_features=64), LINEAR)
    model.fit(lines, ["spam", "ham"] * 10)

    made = convert(model, rows=pd.DataFrame({"mail": lines}), flavour="sklearn")

    assert (made.package / "artifacts" / "model.pkl").exists()
    assert "scikit-learn==1.9.1" in made.draft.requirements


@pytest.mark.parametrize("other", [{"weights": 1}, [1, 2]])
def test_what_is_no_estimator_is_named(convert: Convert, other: Any):
    with pytest.raises(Unconvertible, match="neither predicts nor transforms"):
        convert(other, rows=WINE)


def test_two_models_are_not_composed(convert: Convert):
    tree = DecisionTreeClassifier().fit(WINE, KINDS)

    with pytest.raises(Unconvertible, match="of 2 files 2 hold a model"):
        convert(tree, tree, rows=WINE)


def test_the_same_model_is_converted_to_the_same_bytes(convert: Convert, tmp_path: Any):
    model = RandomForestClassifier(5, random_state=0).fit(WINE, KINDS)

    first = (convert(model, rows=WINE).package / "model.onnx").read_bytes()
    (tmp_path / "output").rename(tmp_path / "before")
    second = (convert(model, rows=WINE).package / "model.onnx").read_bytes()

    assert first == second


@pytest.mark.parametrize(("count", "known"), [(19, False), (20, True)])
def test_a_handful_of_rows_is_no_reference(convert: Convert, count: int, known: bool):
    model = DecisionTreeClassifier().fit(WINE, KINDS)

    made = convert(model, rows=WINE[:count])

    assert (made.package / "profile.json").exists() is known
