"""
Trains the example: which of three cultivars a wine is made from.

`python -m model_image.example.train` trains, then packs as anybody would; `package/` is
the same bytes each time, but for its evidence.
"""

import pickle
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split

from model_image.pack import pack
from model_image.package import ModelPackage
from model_image.settings import PackSettings

DESCRIPTION = "Which of three cultivars a wine is made from, by its chemistry."
PACKAGE = Path(__file__).parent / "package"


def write(target: Path) -> ModelPackage:
    """Train on three quarters of the wines, and pack the model with its sample."""
    wine: Any = load_wine(as_frame=True)
    parts: list[Any] = train_test_split(
        wine.data, wine.target, test_size=0.25, random_state=0, stratify=wine.target
    )
    rows, held_out, classes, held_out_classes = parts
    forest = RandomForestClassifier(n_estimators=100, random_state=0)
    forest.fit(rows, classes)
    answers = np.asarray(forest.predict_proba(held_out))
    metrics = {
        "accuracy": accuracy_score(held_out_classes, answers.argmax(axis=1)),
        "log_loss": log_loss(held_out_classes, answers),
        "held_out_rows": float(len(held_out)),
    }
    with tempfile.TemporaryDirectory() as folder:
        model, sample = Path(folder, "wine.pkl"), Path(folder, "wine.csv")
        model.write_bytes(pickle.dumps(forest, protocol=5))
        rows.to_csv(sample, index=False)
        settings = PackSettings(
            name="wine",
            version="1.0.0",
            description=DESCRIPTION,
            owner="Slipway",
            licence="CC-BY-4.0",
            source="UCI Machine Learning Repository, data set 109 (Wine)",
            intended_use="Trying Slipway; not for judging wines.",
            data=sample,
            class_names=tuple(map(str, wine.target_names)),
            metrics={name: round(value, 4) for name, value in metrics.items()},
        )
        return pack([model], settings, target, print)


if __name__ == "__main__":
    print(write(PACKAGE).identity)
