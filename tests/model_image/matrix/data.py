"""scikit-learn's own data sets, and the ways in which most models are left."""

import pickle
from typing import Any

import joblib
import numpy as np
from sklearn import datasets

from .case import Desk, asked, classified, named

GRAPES = np.array(["barolo", "grignolino", "barbera"])


def loaded(name: str) -> tuple[Any, Any]:
    """Rows and answers of a data set."""
    data = getattr(datasets, f"load_{name}")(as_frame=True)
    return data.data, data.target


def with_holes(rows: Any) -> Any:
    """The same with some of the values missing."""
    return rows.mask(np.random.default_rng(0).random(rows.shape) < 0.08)


def pickled(desk: Desk, model: Any, name: str = "model.pkl") -> str:
    """The name of the file in which the model was left."""
    (desk.folder / name).write_bytes(pickle.dumps(model))
    return name


def classifier(desk: Desk, model: Any, rows: Any, target: Any) -> None:
    """Fit, pickle, and answer with labels and their chances."""
    model.fit(rows, target)
    answers = classified(model, asked(rows), model.classes_)
    desk.leave([pickled(desk, model)], rows, answers)


def regressor(desk: Desk, model: Any, rows: Any, target: Any) -> None:
    """Fit, save with joblib, and answer with amounts."""
    model.fit(rows, target)
    joblib.dump(model, desk.folder / "model.joblib", compress=3)
    desk.leave(["model.joblib"], rows, named("prediction", model.predict(asked(rows))))


def labelled(desk: Desk, model: Any, rows: Any) -> None:
    """Pickle what is fitted, and answer with labels alone."""
    answers = named("label", model.predict(asked(rows)))
    desk.leave([pickled(desk, model)], rows, answers)
