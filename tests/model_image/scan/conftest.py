"""What tests of scanning share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model_image.scan.canary import Canary, canary_in


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    """Nothing that a test scans may touch it."""
    with canary_in(tmp_path) as alive:
        yield alive
        assert alive.is_alive()
