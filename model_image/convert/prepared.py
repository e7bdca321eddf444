"""Missing text: NaN to scikit-learn, an empty string to a tensor of strings."""

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.pipeline import FeatureUnion, Pipeline


def with_empty_text_as_missing(model: Any) -> Any:
    """
    A copy of the model whose imputers and encoders of text read "" where it read NaN.

    The server sends "" for a missing text, since ONNX has no other way to say it.
    """
    changed = copy.deepcopy(model)
    for part in _parts(changed):
        if isinstance(part, SimpleImputer) and part.statistics_.dtype == object:
            part.missing_values = ""
        for at, known in enumerate(getattr(part, "categories_", ())):
            if known.dtype == object:
                missing = np.array([one is None or one != one for one in known], bool)
                part.categories_[at] = np.where(missing, "", known)
    return changed


def _parts(model: Any) -> Iterator[Any]:
    yield model
    inner: list[Any] = []
    if isinstance(model, Pipeline):
        inner = [step for _, step in model.steps]
    elif isinstance(model, FeatureUnion):
        inner = [part for _, part in model.transformer_list]
    elif hasattr(model, "transformers_"):
        inner = [part for _, part, _ in model.transformers_]
    for part in inner:
        if not isinstance(part, str):
            yield from _parts(part)
