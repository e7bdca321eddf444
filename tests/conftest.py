"""What several tests need: options, Docker or the reason why not, a clone to break."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import leftovers
from tests.estate import Estate

_NO_DOCKER = "run `python3 -m tests`, which sees to Docker"

_NO_CLUSTER = (
    "no cluster: `python -m tests.cluster up` makes one, and SLIPWAY_TEST_CONTEXT "
    "names a context of your own"
)

_NO_JUDGES = (
    "no judges: with SLIPWAY_TEST_JUDGES set, those of tests/judges are installed"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proofs", action="store_true", help="also run the long proofs")


def pytest_configure(config: pytest.Config) -> None:
    """A run begins; the workers of one are not runs."""
    if "SLIPWAY_TEST_BASE" in os.environ and not hasattr(config, "workerinput"):
        config.add_cleanup(leftovers.begin().close)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    for item in items:
        if reason := _skipped(item, config):
            item.add_marker(pytest.mark.skip(reason=reason))


def _skipped(item: pytest.Item, config: pytest.Config) -> str | None:
    if item.get_closest_marker("docker") and "SLIPWAY_TEST_BASE" not in os.environ:
        return os.environ.get("SLIPWAY_TEST_NO_DOCKER", _NO_DOCKER)
    if item.get_closest_marker("cluster") and "SLIPWAY_TEST_CONTEXT" not in os.environ:
        return _NO_CLUSTER
    if item.get_closest_marker("judge") and "SLIPWAY_TEST_JUDGES" not in os.environ:
        return _NO_JUDGES
    if item.get_closest_marker("sandbox") and not shutil.which("bwrap"):
        return (
            "bubblewrap is not installed; run `python3 -m tests` as root, or install it"
        )
    if item.get_closest_marker("engine") and not shutil.which("pulumi"):
        return "the Pulumi CLI is not on PATH"
    if item.get_closest_marker("proof") and not config.getoption("--proofs"):
        return "long; runs under --proofs"
    return None


@pytest.fixture(scope="session")
def shared_estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    """A clone whose shared stack is up: one registry for all tests."""
    estate = Estate.clone(tmp_path_factory.mktemp("estate"))
    estate.up(estate.shared)
    yield estate
    estate.clean()
    estate.clean_images()


@pytest.fixture(params=["offline", pytest.param("pulumi", marks=pytest.mark.engine)])
def either_engine(request: pytest.FixtureRequest) -> bool:
    """Whether the Pulumi CLI is the engine: each such test runs under both."""
    return request.param == "pulumi"


@pytest.fixture
def estate(shared_estate: Estate, tmp_path: Path) -> Iterator[Estate]:
    """A clone of a test's own under the offline engine, with the session's registry."""
    mine = Estate.clone(tmp_path / "clone", registry_of=shared_estate)
    yield mine
    mine.clean()


@pytest.fixture
def estate_of_either(
    shared_estate: Estate, tmp_path: Path, either_engine: bool
) -> Iterator[Estate]:
    """The same under each engine."""
    mine = Estate.clone(
        tmp_path / "clone", registry_of=shared_estate, pulumi=either_engine
    )
    yield mine
    mine.clean()
