"""A revision is unpacked as git has it, whatever was done to an earlier copy."""

import os
from pathlib import Path

import pytest

from stacks.review.revision import unpack

from .request import Request


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_CACHE_HOME", str(tmp_path / "cache"))


def test_what_a_program_wrote_to_its_sources_does_not_come_back(
    main: Request, tmp_path: Path
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    unpack(main.root, "main", one)
    with (one / "stacks" / "__main__.py").open("a") as file:
        file.write("planted")

    unpack(main.root, "main", other)

    source = "stacks/__main__.py"
    assert (other / source).read_text() == (main.root / source).read_text()


def test_a_program_that_can_be_run_still_can(request_: Request, tmp_path: Path) -> None:
    script = request_.root / "components" / "run.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)

    unpack(request_.root, None, tmp_path / "unpacked")

    assert os.access(tmp_path / "unpacked/components/run.sh", os.X_OK)
    assert not os.access(tmp_path / "unpacked/components/__init__.py", os.X_OK)


def test_copies_of_a_month_ago_are_gone_and_made_again(
    main: Request, tmp_path: Path
) -> None:
    sources = tmp_path / "cache/sources"
    unpack(main.root, "main", tmp_path / "one")
    (sources / "of-no-use").touch()
    for kept in sources.iterdir():
        os.utime(kept, (0, 0))

    unpack(main.root, "main", tmp_path / "other")

    assert not (sources / "of-no-use").exists()
    source = "components/image.py"
    written = (tmp_path / "other" / source).read_text()
    assert written == (main.root / source).read_text()
