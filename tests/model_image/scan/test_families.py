"""Real models of every family pass without anybody's trust."""

import pickle
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.utils import all_estimators
from sklearn.utils._test_common.instance_generator import _construct_instances

from model_image.scan.pickles import scan_pickle
from model_image.server.unpickle import load

NOBODY: frozenset[str] = frozenset()
ROWS = np.abs(np.random.default_rng(0).normal(size=(40, 6)))
LABELS = (ROWS.sum(axis=1) > ROWS.sum(axis=1).mean()).astype(int)
TABLE = pd.DataFrame(
    {
        "amount": ROWS[:, 0],
        "plan": pd.Categorical(["a", "b"] * 20),
        "note": ["one two", "three"] * 20,
    }
)
# These want other data than the rest: text, dictionaries, square matrices.
APART = {"CountVectorizer", "DictVectorizer", "FrozenEstimator", "KernelCenterer",
         "SparseCoder", "TfidfVectorizer"}  # fmt: skip


def fitted(estimator: Any) -> Any:
    for target in (LABELS, np.stack([LABELS, 1 - LABELS], axis=1)):
        for rows in (ROWS, LABELS.reshape(-1, 1), LABELS.astype(str)):
            try:
                return estimator.fit(rows, target)
            except Exception:
                continue
    return None


def dumped(model: Any, folder: Path) -> Iterator[Path]:
    for protocol in (0, 2, 4, 5):
        path = folder / f"protocol-{protocol}.pkl"
        path.write_bytes(pickle.dumps(model, protocol=protocol))
        yield path
    ways: list[Any] = [0, 3, ("gzip", 3), ("bz2", 3), ("lzma", 1), ("xz", 1)]
    for compress in ways:
        path = folder / f"{compress}.joblib"
        joblib.dump(model, path, compress=compress)
        yield path


def saved(made: Any, folder: Path) -> list[Path]:
    """In a fresh process: once somebody imports dill, joblib writes its names."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(_saved, made, folder).result()


def _saved(made: Any, folder: Path) -> list[Path]:
    return list(dumped(made(), folder))


def pipeline() -> Any:
    amount = make_pipeline(FunctionTransformer(np.log1p), StandardScaler())
    columns = ColumnTransformer(
        [
            ("amount", amount, ["amount"]),
            ("plan", OneHotEncoder(), make_column_selector("plan")),
            ("note", TfidfVectorizer(), "note"),
        ]
    )
    return make_pipeline(columns, LogisticRegression()).fit(TABLE, LABELS)


def search() -> Any:
    grid = {"C": [0.1, 1]}
    return GridSearchCV(LogisticRegression(), grid, scoring="f1", cv=2).fit(
        ROWS, LABELS
    )


def table() -> Any:
    return TABLE


@pytest.mark.parametrize("made", [pipeline, search, table])
def test_a_model_passes_however_it_was_saved(made: Any, tmp_path: Path) -> None:
    for path in saved(made, tmp_path):
        assert scan_pickle(path, NOBODY, NOBODY).globals, path
        assert type(load(path)) is type(made()), path


# One for each family, of those that keep more than arrays and numbers.
FAMILIES = (
    "AdaBoostClassifier",
    "BayesianGaussianMixture",
    "BisectingKMeans",
    "CalibratedClassifierCV",
    "FeatureAgglomeration",
    "GaussianProcessClassifier",
    "HistGradientBoostingClassifier",
    "IsolationForest",
    "IsotonicRegression",
    "KBinsDiscretizer",
    "KNeighborsClassifier",
    "LocalOutlierFactor",
    "MLPClassifier",
    "OneVsRestClassifier",
    "RandomForestClassifier",
    "SGDClassifier",
    "SVC",
    "SelectKBest",
    "SplineTransformer",
    "StackingClassifier",
    "VotingClassifier",
)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_of_scikit_learn_passes(family: str, tmp_path: Path) -> None:
    estimators = {name: made for name, made in all_estimators() if name in FAMILIES}

    check_passes(estimators[family], tmp_path / "model.joblib")


@pytest.mark.proof
def test_every_estimator_of_scikit_learn_passes(tmp_path: Path) -> None:
    estimators = [made for name, made in all_estimators() if name not in APART]

    passed = [check_passes(made, tmp_path / "model.joblib") for made in estimators]

    assert sum(passed) > 180


def check_passes(made: Any, path: Path) -> bool:
    """Whether the estimator can be fitted here; if so it must pass."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = fitted(next(iter(_construct_instances(made))))
        if model is None:
            return False
        joblib.dump(model, path)
        assert "scikit-learn" in scan_pickle(path, NOBODY, NOBODY).libraries
        assert type(load(path)) is made
    return True


# What pickles of xgboost 3.2 and lightgbm 4.6 name, which are not installed here.
BOOSTERS = (
    "builtins.bytearray",
    "__builtin__.bytearray",
    "collections.OrderedDict",
    "collections.defaultdict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRanker",
    "lightgbm.sklearn.LGBMRegressor",
    "xgboost.callback.EarlyStopping",
    "xgboost.core.Booster",
    "xgboost.sklearn.XGBClassifier",
    "xgboost.sklearn.XGBRFClassifier",
    "xgboost.sklearn.XGBRanker",
    "xgboost.sklearn.XGBRegressor",
)


@pytest.mark.parametrize("known", BOOSTERS)
def test_boosted_trees_pass(known: str, tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes("c{}\n{}\n.".format(*known.rsplit(".", 1)).encode())

    assert scan_pickle(path, NOBODY, NOBODY).globals == (known,)
