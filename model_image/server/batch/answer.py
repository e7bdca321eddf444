"""What a model gave, as the columns that a job adds to each row."""

import numpy as np
from arro3.core import Array as ArrowArray

from ..manifest import Output
from ..values import DTYPES, Array
from .arrow import column


def names(output: Output) -> tuple[str, ...]:
    """`label`, `probabilities.class_1`, ..., `embedding.0`, ..."""
    if output.labels or (output.width == 1 and not output.columns):
        return (output.name,)
    places = output.columns or map(str, range(output.width))
    return tuple(f"{output.name}.{place}" for place in places)


def held(output: Output, values: Array, rows: int) -> Array:
    """The values as text where they stand for labels; ValueError where they are odd."""
    if values.shape != (rows, *output.shape[1:]):
        raise ValueError(
            f"the output {output.name!r} has shape {list(values.shape)} for {rows} rows"
        )
    if not output.labels:
        return values
    labels = np.array(output.labels, object)
    if values.size and not 0 <= values.min() <= values.max() < len(labels):
        raise ValueError(
            f"the output {output.name!r} is not among its {len(labels)} labels"
        )
    return labels[values.astype(np.int64)]


def nothing(output: Output) -> Array:
    """The answers to no row at all."""
    dtype = np.dtype(object) if output.labels else DTYPES[output.datatype]
    return np.empty((0, *output.shape[1:]), dtype)


def columns(
    outputs: dict[str, Array], declared: tuple[Output, ...]
) -> dict[str, ArrowArray]:
    """One column per value, under the names above."""
    made: dict[str, ArrowArray] = {}
    for output in declared:
        named = names(output)
        matrix = outputs[output.name].reshape(-1, len(named))
        made |= {name: column(matrix[:, at]) for at, name in enumerate(named)}
    return made
