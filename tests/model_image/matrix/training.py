"""Trains models: `python -m tests.model_image.matrix.training FOLDER MODULE...`."""

import importlib
import sys
from pathlib import Path

from .case import Desk
from .models import BENCHES


def main() -> None:
    """Every model of the modules named is left in a folder of its own."""
    folder, *names = sys.argv[1:]
    listed = {
        name: models for bench in BENCHES for name, models in bench.modules.items()
    }
    for name in names:
        module = importlib.import_module(f".{name}", __package__)
        for model in listed[name]:
            getattr(module, model)(Desk(Path(folder, model)))


if __name__ == "__main__":
    main()
