"""The environment keeps what runs and loses what does not."""

from pathlib import Path

from model_image.server.image.dependencies import prune


def test_only_what_the_server_imports_is_left(tmp_path: Path):
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    kept = ["numpy/linalg.py", "numpy-2.dist-info/METADATA", "numpy.libs/blas.so"]
    lost = [
        "numpy/tests/test_a.py",
        "numpy/linalg.pyi",
        "numpy/_core/include/a.h",
        "onnxruntime/transformers/gpt.py",
    ]
    for name in [*kept, *lost]:
        (packages / name).parent.mkdir(parents=True, exist_ok=True)
        (packages / name).touch()
    (tmp_path / "bin").mkdir()
    for name in ("python3", "uvicorn", "activate"):
        (tmp_path / "bin" / name).touch()

    prune(tmp_path)

    left = {
        path.relative_to(packages).as_posix()
        for path in packages.rglob("*")
        if path.is_file()
    }
    assert left == set(kept)
    assert [path.name for path in (tmp_path / "bin").iterdir()] == ["python3"]
