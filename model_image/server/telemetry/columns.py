"""Which columns of which tensors a profile speaks of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..manifest import Input, Output
from ..profile import Categories, Distribution
from ..values import DTYPES
from .bins import Bins, Names, Numbers


def bins(
    tensors: Sequence[Input | Output], profile: Mapping[str, Distribution | Categories]
) -> Iterator[Bins]:
    """The bins to count these tensors in; what the profile does not know has none."""
    for tensor in tensors:
        numbers: dict[int, tuple[str, Distribution]] = {}
        for place, feature in enumerate(_features(tensor)):
            trained = profile.get(feature)
            if isinstance(trained, Categories):
                known = _known(tensor, trained)
                yield Names(tensor.name, feature, place, trained, known)
            elif trained is not None and tensor.datatype != "BYTES":
                numbers[place] = feature, trained
        if numbers:
            features, trained = zip(*numbers.values(), strict=True)
            yield Numbers(tensor.name, features, [*numbers], trained)


def _features(tensor: Input | Output) -> tuple[str, ...]:
    """What a profile calls the values of a row of this tensor."""
    if isinstance(tensor, Output) and tensor.columns:
        return tuple(f"{tensor.name}.{column}" for column in tensor.columns)
    if isinstance(tensor, Input) and tensor.columns:
        return tensor.names
    return (tensor.name,) if tensor.width == 1 else ()


def _known(tensor: Input | Output, trained: Categories) -> dict[Any, str]:
    """The categories by the value that an array of this tensor holds for them."""
    if isinstance(tensor, Output) and tensor.labels:
        return dict(enumerate(tensor.labels))
    if tensor.datatype == "BYTES":
        return {name: name for name in trained.values}
    if tensor.datatype == "BOOL":
        return {False: "False", True: "True"}
    known: dict[Any, str] = {}
    for name in trained.values:
        try:
            known[np.array([name]).astype(DTYPES[tensor.datatype])[0].item()] = name
        except (ValueError, OverflowError):
            continue
    return known
