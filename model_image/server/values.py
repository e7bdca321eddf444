"""JSON values into a tensor's array, with every value that does not fit named."""

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from msgspec import Meta

from .manifest import Input
from .refusal import LIMIT, Mistake, shown

Array = np.ndarray[Any, np.dtype[Any]]
Arrays = dict[str, Array]
"""Tensors by name, as a model takes and gives them."""

DTYPES: dict[str, np.dtype[Any]] = {
    "BOOL": np.dtype(np.bool_),
    "FP16": np.dtype(np.float16),
    "FP32": np.dtype(np.float32),
    "FP64": np.dtype(np.float64),
    "BYTES": np.dtype(np.object_),
} | {
    f"{sign}INT{bits}": np.dtype(f"{sign.lower()}int{bits}")
    for sign in ("", "U")
    for bits in (8, 16, 32, 64)
}

ABSENT = object()
"""Stands for a column that a row does not have."""

_EXACT: dict[str, frozenset[type]] = {
    "b": frozenset({bool}),
    "f": frozenset({int, float}),
    "i": frozenset({int}),
    "u": frozenset({int}),
    "O": frozenset({str}),
}


def fitting(datatype: str) -> Any:
    """The type by which msgspec takes only what fits this datatype as it is."""
    dtype = DTYPES[datatype]
    if dtype.kind == "f":
        reals = np.finfo(dtype)
        return Annotated[float, Meta(ge=float(reals.min), le=float(reals.max))]
    if dtype.kind in "iu":
        whole = np.iinfo(dtype)
        # msgspec knows no limit beyond 64 bits with a sign.
        return Annotated[
            int, Meta(ge=int(whole.min), le=min(int(whole.max), 2**63 - 1))
        ]
    return bool if dtype.kind == "b" else str


def array(values: list[Any], tensor: Input, mistakes: list[Mistake]) -> Array:
    """
    The values, row after row, as the array the model takes.

    What does not fit is added to `mistakes`, and the array is then not to be used.
    """
    dtype = DTYPES[tensor.datatype]
    if _EXACT[dtype.kind].issuperset(map(type, values)):
        try:
            with np.errstate(over="ignore"):
                made = np.array(values, dtype).reshape(-1, *tensor.shape[1:])
            if dtype.kind != "f" or np.isfinite(made).all():
                return _known(made, tensor, mistakes)
        except OverflowError:
            pass
    return _one_by_one(values, tensor, dtype, mistakes)


def _one_by_one(
    values: list[Any], tensor: Input, dtype: np.dtype[Any], mistakes: list[Mistake]
) -> Array:
    fit = _FITS[dtype.kind]
    width = tensor.width
    fitted: list[Any] = []
    for index, value in enumerate(values):
        row, place = divmod(index, width)
        if value is None or value is ABSENT:
            if tensor.columns and tensor.columns[place].missing:
                fitted.append(None if dtype.kind == "O" else np.nan)
                continue
            reason, got = "missing", "nothing" if value is ABSENT else "null"
        else:
            try:
                fitted.append(fit(value, dtype))
                continue
            except OverflowError:
                reason, got = "range", shown(value)
            except ValueError:
                reason, got = "type", shown(value)
        feature = tensor.names[place if tensor.columns else 0]
        expected = expectation(tensor.datatype)
        mistakes.append(Mistake(feature, reason, expected, got, row))
        if len(mistakes) >= LIMIT:
            break
    if mistakes:
        return np.empty(0, dtype)
    made = np.array(fitted, dtype).reshape(-1, *tensor.shape[1:])
    return _known(made, tensor, mistakes)


def checked(made: Array, tensor: Input, mistakes: list[Mistake]) -> Array:
    """The same array, which did not come as JSON; NaN stands for a missing value."""
    made = made.reshape(-1, *tensor.shape[1:])
    if made.dtype.kind == "f" and not np.isfinite(made).all():
        values = made.reshape(-1, tensor.width)
        for row, place in np.argwhere(~np.isfinite(values))[: LIMIT * 4].tolist():
            missing = bool(np.isnan(values[row, place]))
            if missing and tensor.columns and tensor.columns[place].missing:
                continue
            if len(mistakes) >= LIMIT:
                break
            feature = tensor.names[place if tensor.columns else 0]
            reason, got = ("missing", "NaN") if missing else ("range", "infinity")
            expected = expectation(tensor.datatype)
            mistakes.append(Mistake(feature, reason, expected, got, row))
    return _known(made, tensor, mistakes)


def _known(made: Array, tensor: Input, mistakes: list[Mistake]) -> Array:
    """The same array; a value that a closed column does not list is a mistake."""
    for place, column in tensor.closed:
        values = made.reshape(-1, tensor.width)[:, place].tolist()
        for row, value in enumerate(values):
            # NaN, which equals nothing, stands for a value that is missing.
            if value in column.known or value != value:
                continue
            if len(mistakes) >= LIMIT:
                return made
            listed = ", ".join(str(one) for one in column.categories[:10])
            more = ", ..." if len(column.categories) > 10 else ""
            expected, got = f"one of {listed}{more}", shown(value)
            mistakes.append(Mistake(column.name, "category", expected, got, row))
    return made


def expectation(datatype: str) -> str:
    """What a caller is told to send for this datatype."""
    nouns = {"BOOL": "true or false", "BYTES": "a string"}
    whole = "whole " if "INT" in datatype else ""
    return nouns.get(datatype, f"a {whole}number ({datatype})")


def _bool(value: Any, dtype: np.dtype[Any]) -> bool:
    if type(value) is not bool:
        raise ValueError
    return value


def _float(value: Any, dtype: np.dtype[Any]) -> float:
    if type(value) not in (int, float):
        raise ValueError
    with np.errstate(over="ignore"):
        if not np.isfinite(np.array(value, dtype)):
            raise OverflowError
    return float(value)


def _int(value: Any, dtype: np.dtype[Any]) -> int:
    if type(value) not in (int, float) or int(value) != value:
        raise ValueError
    limits = np.iinfo(dtype)
    if not limits.min <= value <= limits.max:
        raise OverflowError
    return int(value)


def _text(value: Any, dtype: np.dtype[Any]) -> str:
    if type(value) is not str:
        raise ValueError
    return value


_FITS: dict[str, Callable[[Any, np.dtype[Any]], Any]] = {
    "b": _bool,
    "f": _float,
    "i": _int,
    "u": _int,
    "O": _text,
}


def flat(data: Any) -> list[Any]:
    """A nested list's values in order; a list that is flat already is not copied."""
    if not isinstance(data, list):
        return [data]
    if not any(type(item) is list for item in data):
        return data
    return [value for item in data for value in flat(item)]
