"""The environment keeps what runs and loses what does not."""

from pathlib import Path

import pytest

from model_image.server.image.dependencies import prune

KEPT = {"numpy/linalg.py", "numpy-2.dist-info/METADATA", "numpy.libs/blas.so"}
LOST = {
    "numpy/tests/test_a.py",
    "numpy/linalg.pyi",
    "numpy/_core/include/a.h",
    "onnxruntime/transformers/gpt.py",
    "pandas/tests/test_b.py",
    "sklearn/tree/tests/test_c.py",
    "theirs/fast.pyx",
}
# What a package of somebody's may import, read or compile while it runs.
THEIRS = {"theirs/tests/data.py", "theirs/stub.pyi", "theirs/kernel.h"}
F2PY = "numpy/f2py/__init__.py"


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    for name in [*KEPT, *LOST, *THEIRS, F2PY]:
        path = tmp_path / "lib/python3.11/site-packages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "bin").mkdir()
    for name in ("python3", "httptools", "activate"):
        (tmp_path / "bin" / name).touch()
    return tmp_path


def left(venv: Path) -> set[str]:
    packages = venv / "lib" / "python3.11" / "site-packages"
    files = (path for path in packages.rglob("*") if path.is_file())
    return {path.relative_to(packages).as_posix() for path in files}


def test_only_what_the_server_imports_is_left(venv: Path):
    prune(venv, any_code=False)

    assert left(venv) == KEPT | THEIRS
    assert [path.name for path in (venv / "bin").iterdir()] == ["python3"]


def test_for_somebodys_code_nothing_is_lost_that_scipy_imports(venv: Path):
    prune(venv, any_code=True)

    assert left(venv) == KEPT | THEIRS | {F2PY}
