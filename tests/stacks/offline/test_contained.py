"""What programs of two revisions share, and what each has for itself."""

from pathlib import Path

import pytest

from stacks.offline import declare
from stacks.offline.contained import Contained

_PROGRAM = """
import sys
loaded = "csv" in sys.modules, "probe" in sys.modules
import os, pulumi, probe
pulumi.export("told", [probe.NAME, probe.PID, os.getpid(), *loaded])
"""


@pytest.fixture
def revisions(tmp_path: Path) -> list[Path]:
    """Two, each with a module of that name and another content."""
    roots = [tmp_path / name for name in ("before", "after")]
    for root in roots:
        root.mkdir()
        (root / "Pulumi.yaml").write_text("{name: probe, runtime: python}")
        (root / "__main__.py").write_text(_PROGRAM)
        (root / "probe.py").write_text(
            f"import os\nNAME, PID = {root.name!r}, os.getpid()"
        )
    return roots


def _told(root: Path, stack: str, programs: Contained) -> tuple[object, ...]:
    return tuple(declare(root, stack, config={}, programs=programs).outputs["told"])


def test_packages_are_shared_by_all_and_modules_by_the_programs_of_a_revision(
    revisions: list[Path], tmp_path: Path
) -> None:
    before, after = revisions

    with Contained(
        tmp_path, packages=["csv", "probe"], modules=["probe"], seconds=60, trusted=True
    ) as programs:
        dev = _told(before, "dev", programs)
        prod = _told(before, "prod", programs)
        other = _told(after, "dev", programs)

    for told in (dev, prod, other):
        assert told[1] != told[2]
        assert told[3:] == (True, True)
    assert dev[:2] == prod[:2]
    assert (dev[0], other[0]) == ("before", "after")
    assert other[1] != dev[1]


def test_the_time_of_the_programs_begins_with_the_first(tmp_path: Path) -> None:
    with Contained(tmp_path, seconds=0.01, trusted=True) as programs:
        assert programs.alive
