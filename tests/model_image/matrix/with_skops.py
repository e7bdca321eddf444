"""A model that was saved without a pickle."""

# pyright: reportMissingImports=false

from sklearn.ensemble import ExtraTreesClassifier
from skops.io import dump

from .case import Desk, asked, classified
from .data import loaded


def skops_forest(desk: Desk) -> None:
    rows, target = loaded("wine")
    model = ExtraTreesClassifier(30, random_state=0).fit(rows, target)
    dump(model, desk.folder / "model.skops")
    answers = classified(model, asked(rows), model.classes_)
    desk.leave(["model.skops"], rows, answers)
