"""The virtual environment without what only people and compilers need."""

import shutil
import sys
from pathlib import Path

from .layer import finish

_UNUSED = (
    "onnxruntime/backend",
    "onnxruntime/datasets",
    "onnxruntime/quantization",
    "onnxruntime/tools",
    "onnxruntime/transformers",
    # For programs in C; the Python module holds its own copy of all this.
    "onnxruntime/capi/libonnxruntime.so.*",
    "numpy/_core/include",
    "numpy/_core/lib",
    "numpy/distutils",
    "numpy/random/lib",
    "tensorflow/include",
    "torch/include",
    "torch/share",
    "**/*.pyx",
    "**/*.pxd",
    "**/*.a",
)
# Elsewhere a test may be imported, a stub read (lazy_loader) or a header compiled.
_FOR_PEOPLE = ("**/tests", "**/*.pyi", "**/*.h")
_NEVER_READ_BY = (
    "google", "httptools", "lightgbm", "msgspec", "numpy", "onnxruntime", "pandas",
    "scipy", "sklearn", "statsmodels", "uvloop", "xgboost",
)  # fmt: skip
_PATTERNS = {
    *_UNUSED,
    *(f"{package}/{part}" for package in _NEVER_READ_BY for part in _FOR_PEOPLE),
}
# `from numpy import *`, which scipy does, imports it as well.
_UNUSED_BY_SERVER = {"numpy/f2py"}


def prune(venv: Path, *, any_code: bool) -> None:
    """
    Leave what may be imported, and every package's own licence and metadata.

    Without `any_code` it is only the server that imports anything.
    """
    for script in (venv / "bin").iterdir():
        if not script.name.startswith("python"):
            script.unlink()
    unused = _PATTERNS if any_code else _PATTERNS | _UNUSED_BY_SERVER
    for packages in venv.glob("lib/python*/site-packages"):
        for pattern in sorted(unused):
            for path in sorted(packages.glob(pattern)):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


if __name__ == "__main__":
    prune(Path(sys.argv[1]) / "venv", any_code="--any-code" in sys.argv)
    finish(Path(sys.argv[1]))
