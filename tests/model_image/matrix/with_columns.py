"""Pipelines of scikit-learn over columns that are not all numbers."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from .case import Desk, asked, classified
from .data import GRAPES, classifier, loaded, pickled, with_holes


def mixed_columns(desk: Desk) -> None:
    """Numbers, text, whole numbers, logarithms, and holes in all of them."""
    wine, target = loaded("wine")
    rows = with_holes(wine[["alcohol", "malic_acid", "proline"]])
    strength: Any = pd.qcut(wine["alcohol"], 3, labels=["light", "medium", "strong"])
    hue: Any = pd.cut(wine["hue"], 4, labels=["red", "ruby", "brick", "brown"])
    holes = np.random.default_rng(1).random(len(wine)) < 0.1
    rows["strength"] = strength.astype(object).mask(holes)
    rows["hue"] = hue.astype(object)
    rows["magnesium"] = (wine["magnesium"] // 20).astype(int)
    filled = make_pipeline(
        SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")
    )
    numbers = make_pipeline(SimpleImputer(), FunctionTransformer(np.log1p))
    columns = ColumnTransformer(
        [
            ("numbers", numbers, ["alcohol", "malic_acid", "proline"]),
            ("words", filled, ["strength", "hue"]),
        ],
        remainder="passthrough",
    )
    model = make_pipeline(columns, LogisticRegression(max_iter=3000))
    classifier(desk, model, rows, GRAPES[target])


def text_counts(desk: Desk) -> None:
    """Which data set a sentence of scikit-learn's documentation describes."""
    lines, subjects = [], []
    for subject in ("iris", "wine", "diabetes", "breast_cancer"):
        for line in getattr(datasets, f"load_{subject}")().DESCR.splitlines():
            if len(line.split()) > 4 and line.isascii():
                lines.append(line.strip().lower())
                subjects.append(subject)
    model = make_pipeline(
        CountVectorizer(token_pattern="[a-z]+"), LogisticRegression()
    ).fit(lines, subjects)
    sample = pd.DataFrame({"sentence": lines})
    given = asked(sample)["sentence"].tolist()
    desk.leave([pickled(desk, model)], sample, classified(model, given, model.classes_))


def model_and_preprocessor(desk: Desk) -> None:
    rows, target = loaded("wine")
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression().fit(scaler.transform(rows), target)
    answers = classified(model, scaler.transform(asked(rows)), model.classes_)
    files = [pickled(desk, scaler, "preprocessor.pkl"), pickled(desk, model)]
    desk.leave(files, rows, answers)
