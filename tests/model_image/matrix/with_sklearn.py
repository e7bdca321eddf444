"""Estimators of scikit-learn on tables of numbers."""

from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
)
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from .case import Desk, asked, classified, named
from .data import GRAPES, classifier, labelled, loaded, pickled, regressor, with_holes


def binary_logistic(desk: Desk) -> None:
    model = make_pipeline(StandardScaler(), LogisticRegression())
    classifier(desk, model, *loaded("breast_cancer"))


def text_labels_forest(desk: Desk) -> None:
    rows, target = loaded("wine")
    classifier(desk, RandomForestClassifier(50, random_state=0), rows, GRAPES[target])


def tree(desk: Desk) -> None:
    classifier(desk, DecisionTreeClassifier(random_state=0), *loaded("iris"))


def nearest_neighbours(desk: Desk) -> None:
    model = make_pipeline(StandardScaler(), KNeighborsClassifier())
    classifier(desk, model, *loaded("wine"))


def stacking(desk: Desk) -> None:
    linear = make_pipeline(StandardScaler(), LogisticRegression())
    parts = [("linear", linear), ("forest", RandomForestClassifier(10, random_state=0))]
    classifier(desk, StackingClassifier(parts, cv=3), *loaded("wine"))


def gradient_boosting(desk: Desk) -> None:
    model = GradientBoostingClassifier(n_estimators=20, random_state=0)
    classifier(desk, model, *loaded("wine"))


def missing_hist_boosting(desk: Desk) -> None:
    rows, target = loaded("breast_cancer")
    model = HistGradientBoostingClassifier(max_iter=30, random_state=0)
    classifier(desk, model, with_holes(rows), target)


def missing_forest(desk: Desk) -> None:
    rows, target = loaded("wine")
    model = RandomForestClassifier(30, random_state=0)
    classifier(desk, model, with_holes(rows), GRAPES[target])


def regression_ridge(desk: Desk) -> None:
    model = make_pipeline(StandardScaler(), Ridge())
    regressor(desk, model, *loaded("diabetes"))


def regression_network(desk: Desk) -> None:
    rows, target = loaded("diabetes")
    model = make_pipeline(StandardScaler(), MLPRegressor(max_iter=200, random_state=0))
    regressor(desk, model, rows, target / 100)


def multi_output_forest(desk: Desk) -> None:
    model = RandomForestRegressor(20, random_state=0)
    regressor(desk, model, *loaded("linnerud"))


def svm_digits(desk: Desk) -> None:
    rows, target = loaded("digits")
    model = make_pipeline(StandardScaler(), SVC()).fit(rows[:600], target[:600])
    labelled(desk, model, rows[:600])


def clusters(desk: Desk) -> None:
    rows, _ = loaded("iris")
    labelled(desk, KMeans(3, random_state=0).fit(rows), rows)


def outliers(desk: Desk) -> None:
    rows, _ = loaded("wine")
    labelled(desk, IsolationForest(n_estimators=30, random_state=0).fit(rows), rows)


def components(desk: Desk) -> None:
    rows, _ = loaded("wine")
    model = make_pipeline(StandardScaler(), PCA(3)).fit(rows)
    answers = named("transformed", model.transform(asked(rows)))
    desk.leave([pickled(desk, model)], rows, answers)


def native_gaussian_process(desk: Desk) -> None:
    """What ONNX has no words for stays what it is."""
    rows, target = loaded("iris")
    model = GaussianProcessClassifier(random_state=0).fit(rows, target)
    answers = classified(model, asked(rows), list(model.classes_))
    desk.leave([pickled(desk, model)], rows, answers, flavour="sklearn")
