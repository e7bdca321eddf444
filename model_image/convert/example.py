"""The stored example: the row whose answer would change first."""

from typing import Any

import numpy as np
import pandas as pd

from model_image.server.manifest import Output
from model_image.server.predict import shower
from model_image.server.values import Array

from .records import records


def example(
    rows: pd.DataFrame,
    answers: dict[str, Array],
    outputs: tuple[Output, ...],
    tolerance: float,
) -> dict[str, Any]:
    """
    A request of one whole row and the answer it must give.

    Of a classifier it is the row with the least certain answer, of others the one
    nearest to the median: most mistakes would show there.
    """
    at = _telling(rows, answers)
    return {
        "request": {"rows": records(rows.iloc[[at]])},
        "response": {
            "predictions": shower(outputs)(
                {name: values[[at]] for name, values in answers.items()}
            )
        },
        "tolerance": tolerance,
    }


def _telling(rows: pd.DataFrame, answers: dict[str, Array]) -> int:
    whole = np.array(rows.notna().all(axis=1))
    if not whole.any():
        whole[:] = True
    if "probabilities" in answers:
        score = answers["probabilities"].reshape(len(rows), -1).max(axis=1)
    else:
        first = next(iter(answers.values())).reshape(len(rows), -1)[:, 0]
        if first.dtype.kind not in "iuf":
            return int(whole.argmax())
        score = np.abs(first - np.median(first[whole]))
    return int(np.where(whole, score, np.inf).argmin())
