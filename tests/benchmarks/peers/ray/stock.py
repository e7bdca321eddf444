"""Ray Serve with the estimator itself."""

from typing import Any

import numpy as np
from deployed import deploy
from validated_model import estimator


class Rows:
    """Rows in, chances out; a GET says that it is there."""

    def __init__(self) -> None:
        self.model = estimator()

    async def __call__(self, request: Any) -> Any:
        if request.method == "GET":
            return {"ready": True}
        rows = np.array((await request.json())["rows"])
        return {"answers": self.model.predict_proba(rows).tolist()}


if __name__ == "__main__":
    deploy(Rows)
