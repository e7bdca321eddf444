"""Pull requests to begin with."""

from pathlib import Path

import pytest

from .request import Request


@pytest.fixture(scope="session")
def main(tmp_path_factory: pytest.TempPathFactory) -> Request:
    """The repository that branches are cloned from."""
    return Request.opened(tmp_path_factory.mktemp("main"))


@pytest.fixture
def request_(main: Request, tmp_path: Path) -> Request:
    """A branch in which nothing is different yet."""
    return main.branched(tmp_path / "clone")
