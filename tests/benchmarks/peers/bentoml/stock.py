"""BentoML with the estimator itself."""

import bentoml
import numpy as np
from started import serve
from validated_model import estimator


@bentoml.service(workers=1)
class Rows:
    """Rows in, chances out."""

    def __init__(self) -> None:
        self.model = estimator()

    @bentoml.api
    def predict(self, rows: list[list[float]]) -> list[list[float]]:
        return self.model.predict_proba(np.array(rows)).tolist()


if __name__ == "__main__":
    serve("stock")
