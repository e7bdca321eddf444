"""What a scikit-learn model says of the columns it reads."""

from collections.abc import Iterator, Sequence
from numbers import Real
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from model_image.server.flavours.sklearn import takes_text

from .original import Feature


def features(model: Any) -> list[Feature]:
    """The columns that the model was trained on, with the categories it knows."""
    names = [str(name) for name in getattr(model, "feature_names_in_", ())]
    if not names and takes_text(model):
        return [Feature(name="text", kind="text")]
    count = getattr(model, "n_features_in_", None)
    names = names or [f"feature_{at}" for at in range(count or 0)]
    known = dict(_categories(model, names))
    text = _text_columns(model, names)
    return [_feature(name, known.get(name), name in text) for name in names]


def is_columnwise(model: Any) -> bool:
    """Whether it takes a table of columns, and not one matrix."""
    return takes_text(model) or any(
        hasattr(step, "transformers_") or hasattr(step, "categories_")
        for step in _steps(model)
    )


def _feature(name: str, categories: Any, is_text: bool) -> Feature:
    if categories is None:
        return Feature(name=name, kind="text" if is_text else None)
    present = [one for one in categories if one is not None and one == one]
    if all(isinstance(one, str) for one in present):
        return Feature(name=name, kind="text", categories=tuple(map(str, present)))
    whole = all(isinstance(one, Real) and float(one).is_integer() for one in present)
    if not whole or len(present) < len(categories):
        return Feature(name=name)
    return Feature(
        name=name, kind="whole", categories=tuple(int(one) for one in present)
    )


def _categories(model: Any, names: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """What encoders know, of the columns that reach them unchanged."""
    for step in _steps(model):
        if hasattr(step, "categories_"):
            yield from zip(names, step.categories_, strict=False)
            return
        for _, part, columns in getattr(step, "transformers_", ()):
            yield from _categories(part, _chosen(columns, names))
        if hasattr(step, "transformers_") or not _keeps_columns(step):
            return


def _text_columns(model: Any, names: Sequence[str]) -> set[str]:
    """The columns that a text vectoriser reads."""
    found: set[str] = set()
    for step in _steps(model)[:1]:
        for _, part, columns in getattr(step, "transformers_", ()):
            if not isinstance(part, str) and takes_text(part):
                found |= set(_chosen(columns, names))
    return found


def _chosen(columns: Any, names: Sequence[str]) -> list[str]:
    """The columns behind names, places, a slice of either, or a mask."""
    if isinstance(columns, slice):
        places = {name: at for at, name in enumerate(names)}
        start, stop = (places.get(one, one) for one in (columns.start, columns.stop))
        if stop is not None and isinstance(columns.stop, str):
            # A slice by name holds its end.
            stop += 1
        return list(names[start:stop])
    listed: Any = np.atleast_1d(columns)
    if listed.dtype == bool:
        return [name for name, taken in zip(names, listed, strict=True) if taken]
    return [names[int(one)] if _is_place(one) else str(one) for one in listed]


def _is_place(column: Any) -> bool:
    return isinstance(column, int | np.integer)


def _steps(model: Any) -> list[Any]:
    return [step for _, step in model.steps] if isinstance(model, Pipeline) else [model]


def _keeps_columns(step: Any) -> bool:
    """Imputers pass each column on in its place."""
    return "Imputer" in type(step).__name__ and not getattr(
        step, "add_indicator", False
    )
