"""Processors and memory, as the platforms write them."""

import pytest

from stacks.settings.quantity import mebibytes, processors


@pytest.mark.parametrize(
    ("written", "meant"),
    [("500m", 0.5), ("2", 2), (0.25, 0.25), (None, None), ("many", None)],
)
def test_processors(written: str | float | None, meant: float | None) -> None:
    assert processors(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("512Mi", 512),
        ("1Gi", 1024),
        ("0.5Gi", 512),
        ("1048576", 1),
        ("1048576k", 1000),
        (None, None),
        ("lots", None),
    ],
)
def test_memory(written: str | None, meant: float | None) -> None:
    assert mebibytes(written) == meant
