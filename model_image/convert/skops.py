"""scikit-learn estimators that skops saved, held to the same list as a pickle."""

# pyright: reportMissingImports=false, reportAttributeAccessIssue=false

from pathlib import Path

from skops.io import get_untrusted_types
from skops.io import load as read

from model_image.server.allowed import permits

from .original import Unconvertible
from .sklearn import SklearnModel
from .task import Task


def load(task: Task) -> SklearnModel:
    """The estimator; its native flavour keeps it as a pickle."""
    path = Path(task.artifacts[0])
    trusted = frozenset(task.trusted)
    named = get_untrusted_types(file=path)
    strange = [one for one in named if not permits(*_split(one), trusted)]
    if strange:
        raise Unconvertible(
            f"it names {', '.join(strange[:8])}, which nobody trusts; add --trust "
            f"{strange[0]} if you do"
        )
    return SklearnModel(read(path, trusted=named))


def _split(name: str) -> tuple[str, str]:
    module, _, last = name.rpartition(".")
    return module, last
