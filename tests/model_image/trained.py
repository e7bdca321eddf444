"""Small models trained on real data, for tests that pack them."""

import pickle
from pathlib import Path
from typing import Any, NamedTuple

from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from model_image.settings import PackSettings


class Trained(NamedTuple):
    """A saved model and the rows it was trained on."""

    model: Path
    sample: Path

    def settings(self, **more: Any) -> PackSettings:
        """What a person says when packing it."""
        told = {"name": "iris", "version": "1.0.0", "data": self.sample, **more}
        return PackSettings(**told)


def iris(folder: Path, **parameters: Any) -> Trained:
    """Which of three kinds an iris is."""
    data: Any = load_iris(as_frame=True)
    model = LogisticRegression(max_iter=500, **parameters)
    model.fit(data.data, data.target)
    saved = Trained(folder / "iris.pkl", folder / "iris.csv")
    saved.model.write_bytes(pickle.dumps(model, protocol=5))
    data.data.to_csv(saved.sample, index=False)
    return saved
