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
    "numpy/f2py",
    "numpy/random/lib",
    "**/tests",
    "**/*.pyi",
    "**/*.pyx",
    "**/*.pxd",
    "**/*.h",
    "**/*.a",
)


def prune(venv: Path) -> None:
    """Leave what the server imports, and every package's own licence and metadata."""
    for script in (venv / "bin").iterdir():
        if not script.name.startswith("python"):
            script.unlink()
    for packages in venv.glob("lib/python*/site-packages"):
        for pattern in _UNUSED:
            for path in sorted(packages.glob(pattern)):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    prune(Path(sys.argv[1]) / "venv")
    finish(Path(sys.argv[1]))
