"""Models of XGBoost and LightGBM, as their own files and inside of pickles."""

# pyright: reportMissingImports=false

from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import xgboost
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline

from .case import Desk, asked, classified, named
from .data import loaded, pickled, with_holes


def _chances(made: np.ndarray) -> list[dict[str, Any]]:
    return [
        {
            "label": int(row.argmax()),
            "probabilities": {str(at): float(one) for at, one in enumerate(row)},
        }
        for row in made
    ]


def _trained(rows: pd.DataFrame, target: Any, **asked: Any) -> xgboost.Booster:
    return xgboost.train(asked, xgboost.DMatrix(rows, target), 20)


def xgboost_classes(desk: Desk) -> None:
    rows, target = loaded("wine")
    rows = with_holes(rows)
    model = _trained(rows, target, objective="multi:softprob", num_class=3)
    model.save_model(desk.folder / "model.json")
    made = model.predict(xgboost.DMatrix(asked(rows)))
    desk.leave(["model.json"], rows, _chances(made))


def xgboost_binary(desk: Desk) -> None:
    rows, target = loaded("breast_cancer")
    model = _trained(rows, target, objective="binary:logistic")
    model.save_model(desk.folder / "model.ubj")
    made = model.predict(xgboost.DMatrix(asked(rows)))
    desk.leave(["model.ubj"], rows, _chances(np.stack([1 - made, made], axis=1)))


def xgboost_regression(desk: Desk) -> None:
    rows, target = loaded("diabetes")
    model = _trained(rows, target, objective="reg:squarederror")
    model.save_model(desk.folder / "model.json")
    made = model.predict(xgboost.DMatrix(asked(rows)))
    desk.leave(["model.json"], rows, named("prediction", made))


def xgboost_ranking(desk: Desk) -> None:
    rows, target = loaded("diabetes")
    model = _trained(rows, target // 100, objective="rank:pairwise")
    model.save_model(desk.folder / "model.json")
    made = model.predict(xgboost.DMatrix(asked(rows)))
    desk.leave(["model.json"], rows, named("score", made))


def xgboost_in_pipeline(desk: Desk) -> None:
    rows, target = loaded("wine")
    model = make_pipeline(SimpleImputer(), xgboost.XGBClassifier(n_estimators=20))
    model.fit(with_holes(rows), target)
    rows = with_holes(rows)
    desk.leave(
        [pickled(desk, model)], rows, classified(model, asked(rows), model.classes_)
    )


def lightgbm_binary(desk: Desk) -> None:
    rows, target = loaded("breast_cancer")
    rows = with_holes(rows)
    settings = {"objective": "binary", "verbose": -1}
    model = lightgbm.train(settings, lightgbm.Dataset(rows, target), 20)
    model.save_model(desk.folder / "model.txt")
    made = np.asarray(model.predict(asked(rows)))
    desk.leave(["model.txt"], rows, _chances(np.stack([1 - made, made], axis=1)))


def lightgbm_categories(desk: Desk) -> None:
    rows, target = loaded("wine")
    kinds = pd.qcut(rows["alcohol"], 4, labels=["light", "table", "rich", "strong"])
    rows = rows[["hue", "proline", "flavanoids"]].assign(strength=kinds)
    settings = {"objective": "multiclass", "num_class": 3, "verbose": -1}
    settings |= {"min_data_per_group": 5, "cat_smooth": 1}
    model = lightgbm.train(settings, lightgbm.Dataset(rows, target), 20)
    model.save_model(desk.folder / "model.txt")
    made = np.asarray(model.predict(asked(rows)))
    sample = rows.astype({"strength": object})
    desk.leave(["model.txt"], sample, _chances(made))


def lightgbm_pickled(desk: Desk) -> None:
    rows, target = loaded("diabetes")
    model = lightgbm.LGBMRegressor(n_estimators=20, verbose=-1).fit(rows, target)
    made = model.predict(asked(rows))
    desk.leave([pickled(desk, model)], rows, named("prediction", made))
