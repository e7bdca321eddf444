"""The same files make the same layer, whenever and wherever they are copied."""

import os
import stat
from pathlib import Path

import pytest

from model_image.server.image.layer import finish


def written(tree: Path, moment: int) -> Path:
    (tree / "app").mkdir(parents=True)
    (tree / "app" / "b.py").write_text("X = frozenset({'a', 'b'})\n")
    (tree / "app" / "a.txt").write_text("a")
    (tree / "app" / "a.txt").chmod(0o600 if moment % 2 else 0o664)
    (tree / "link").symlink_to("app/a.txt")
    for path in (tree / "app" / "b.py", tree / "app"):
        os.utime(path, (moment, moment))
    return tree


def told(tree: Path) -> dict[str, tuple[object, ...]]:
    return {
        str(path.relative_to(tree)): (
            path.lstat().st_mtime,
            stat.filemode(path.lstat().st_mode),
            path.read_bytes() if path.is_file() else None,
        )
        for path in sorted(tree.rglob("*"))
    }


def test_two_copies_made_at_different_times_become_the_same(tmp_path: Path):
    first, second = (
        written(tmp_path / "1", 1_000_001),
        written(tmp_path / "2", 2_000_000),
    )

    finish(first)
    finish(second)

    assert told(first) == told(second)
    assert "app/__pycache__/b.cpython-311.pyc" in told(first)


def test_times_are_the_ones_that_were_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")

    finish(written(tmp_path / "1", 5))

    times = {path.lstat().st_mtime for path in (tmp_path / "1").rglob("*")}
    assert times == {86400}


def test_compiled_code_names_the_place_it_will_have(tmp_path: Path):
    finish(written(tmp_path / "1", 5))

    (compiled,) = tmp_path.rglob("*.pyc")
    assert b"/app/b.py" in compiled.read_bytes()
    assert str(tmp_path).encode() not in compiled.read_bytes()


def test_code_that_does_not_compile_stops_the_build(tmp_path: Path):
    (tmp_path / "bad.py").write_text("def")

    with pytest.raises(SystemExit, match="does not compile"):
        finish(tmp_path)
