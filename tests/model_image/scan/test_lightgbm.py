"""LightGBM's text says its version, and that it is whole."""

from pathlib import Path

import pytest

from model_image.errors import PackError
from model_image.scan.lightgbm import scan_lightgbm

WHOLE = b"tree\nversion=v4\nnum_class=1\n\nTree=0\n\nend of trees\n\nparameters:\n"


def test_the_version_is_read(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(WHOLE)

    assert scan_lightgbm(tmp_path / "m").libraries == {"lightgbm": "v4"}


def test_a_text_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(WHOLE[:40])

    with pytest.raises(PackError, match="cut short"):
        scan_lightgbm(tmp_path / "m")
