"""What a pickled model may name."""

import importlib
import pkgutil
import re
import warnings
from types import ModuleType

import pytest
import sklearn
from picklescan.scanner import _unsafe_globals

from model_image.server.allowed import RULES, permits, rule_for

SKIPPED = re.compile(r"tests|_test|externals|conftest|_build_utils|estimator_checks")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("sklearn.linear_model._logistic", "LogisticRegression"),
        ("sklearn.ensemble.forest", "RandomForestClassifier"),
        ("sklearn.tree._tree", "Tree"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("scipy.sparse.csr", "csr_matrix"),
        ("numpy.random._pickle", "__randomstate_ctor"),
    ],
)
def test_models_of_old_and_new_libraries_are_permitted(module: str, name: str) -> None:
    assert permits(module, name)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("sklearn.svm.tests.test_svm", "Anything"),
        ("sklearn.ensemble._forest", "Thread"),
        ("sklearn.ensemble._forest", "threading"),
        ("sklearn.pipeline", "_fit_transform_one"),
        ("sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper"),
        ("sklearnish.svm", "SVC"),
        ("numpy", "memmap"),
        ("builtins", "getattr"),
        ("scipy.stats._distn_infrastructure", "rv_frozen"),
    ],
)
def test_what_is_near_them_is_not(module: str, name: str) -> None:
    assert not permits(module, name)


def test_trust_covers_a_name_or_a_module_and_all_below() -> None:
    trusted = frozenset({"one.Name", "two.*"})

    assert permits("one", "Name", trusted)
    assert permits("two", "Any", trusted)
    assert permits("two.below", "Any", trusted)
    assert not permits("one", "Other", trusted)
    assert not permits("twofold", "Any", trusted)


@pytest.mark.parametrize("name", ["A.b", "", "a b", "a\n", "é"])
def test_trust_does_not_cover_what_is_no_plain_name(name: str) -> None:
    assert not permits("two", name, frozenset({"two.*", f"two.{name}"}))


def test_every_rule_has_a_reason() -> None:
    assert all(rule.why for rule in RULES)


def test_no_rule_lets_through_what_the_kept_scanner_knows_as_dangerous() -> None:
    known = [
        (module, name)
        for module, names in _unsafe_globals.items()
        for name in ([names] if isinstance(names, str) else names)
    ]

    assert len(known) > 50
    assert [each for each in known if permits(*each)] == []


def modules() -> list[ModuleType]:
    found = []
    for each in pkgutil.walk_packages(sklearn.__path__, "sklearn.", onerror=str):
        if not SKIPPED.search(each.name):
            try:
                found.append(importlib.import_module(each.name))
            except ImportError:
                continue
    return found


def test_scikit_learns_families_hold_nothing_but_its_own_classes_and_values() -> None:
    """Modules re-export what they import; none of it may be called by a pickle."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        foreign = {
            f"{module.__name__}.{name}"
            for module in modules()
            for name, value in vars(module).items()
            if permits(module.__name__, name)
            and callable(value)
            and not str(getattr(value, "__module__", "")).startswith("sklearn")
        }
    harmless = re.compile(
        r"ABC(Meta)?|Integral|Real|Number|Iterable|Mapping|MutableMapping|Sequence"
        r"|Callable|BSpline|MaskedArray|LinAlgError|\w+Warning|Protocol|\w+_DTYPE|__pyx_unpickle_\w+"
    )

    assert {n for n in foreign if not harmless.fullmatch(n.rpartition(".")[2])} == set()


def test_a_family_is_open_only_to_classes_and_others_are_listed() -> None:
    rule = rule_for("sklearn.svm._classes", "SVC")

    assert rule
    assert rule.family
    assert not permits("sklearn.svm._base", "warnings")
