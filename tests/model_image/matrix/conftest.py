"""The models of the matrix, each trained and packed once, when something asks."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from model_image.converters import HERE
from model_image.environment import environment
from model_image.pack import pack
from model_image.package import ModelPackage
from model_image.settings import PackSettings
from tests.model_image.matrix.case import Case, left
from tests.model_image.matrix.models import BENCHES, Bench

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Case]:
    """What each model's own library answered, by the model's name."""
    folder = tmp_path_factory.mktemp("trained")

    @cache
    def trained(bench: int) -> None:
        _train(BENCHES[bench], folder)

    def found(name: str) -> Case:
        for at, bench in enumerate(BENCHES):
            if any(name in names for names in bench.modules.values()):
                trained(at)
        return left(folder / name)

    return found


@pytest.fixture(scope="session")
def packed(
    case: Callable[[str], Case], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], ModelPackage]:
    """Each model as a package, by its name."""
    folder = tmp_path_factory.mktemp("packed")

    @cache
    def package(name: str) -> ModelPackage:
        given = case(name)
        settings = PackSettings(
            name=name.replace("_", "-"), version="1.0.0", **given.settings
        )
        return pack(given.files, settings, folder / name, lambda sentence: None)

    return package


def _train(bench: Bench, folder: Path) -> None:
    python = Path(sys.executable)
    if bench.converter:
        python = environment(HERE / f"{bench.converter}.txt", lambda sentence: None)
    module = "tests.model_image.matrix.training"
    subprocess.run(
        [python, "-W", "ignore", "-m", module, str(folder), *bench.modules],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        check=True,
    )
