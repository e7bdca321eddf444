"""XGBoost's own files say which version wrote them, or are no whole models."""

from pathlib import Path

import pytest

from model_image.errors import PackError
from model_image.scan import Format, scan
from model_image.scan.xgboost import scan_xgboost

TAIL = b"L" + bytes(7) + b"\x07version[#L" + bytes(7) + b"\x03i\x03i\x02i\x00}"


@pytest.mark.parametrize(
    "content",
    [b'{"learner": {"trees": [1, 2]}, "version": [3, 2, 0]}', b"{L" + bytes(9) + TAIL],
)
def test_the_version_is_read(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(content)
    nobody: frozenset[str] = frozenset()

    report = scan(tmp_path / "m", Format.XGBOOST, trusted=nobody, code=nobody)

    assert report.libraries == {"xgboost": "3.2.0"}


@pytest.mark.parametrize(
    "content",
    [
        b'{"learner": {}, "version": [3, 2',
        b'{"learner": {}}',
        b'{"learner": {}, "version": ["3"]}',
        b"{" * 100_000,
        b"{L" + bytes(9) + TAIL[:-1],
        b"{L" + bytes(30) + b"}",
    ],
)
def test_a_damaged_model_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(content)

    with pytest.raises(PackError, match="save"):
        scan_xgboost(tmp_path / "m")
