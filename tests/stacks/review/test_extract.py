"""Nothing of a revision is put, or leads, where the revision is not."""

import io
import tarfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.review.extract import LeadsAway, extract

_STEPS = st.sampled_from(["..", "..", "a", "b", "l", "m"])
_TARGETS = st.lists(_STEPS, min_size=1, max_size=4).map("/".join)
_FOLDER, _FILE = "folder", "file"
Entry = tuple[str, str]
"""A path, and what it is: a folder, a file, or where a link leads."""


def _tar(entries: Iterable[Entry]) -> tarfile.TarFile:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path, what in entries:
            member = tarfile.TarInfo(path)
            if what == _FOLDER:
                member.type = tarfile.DIRTYPE
            elif what != _FILE:
                member.type, member.linkname = tarfile.SYMTYPE, what
            archive.addfile(member)
    packed.seek(0)
    return tarfile.open(fileobj=packed)


@pytest.mark.parametrize(
    "entries",
    [
        [("../out", _FILE)],
        [("/out", _FILE)],
        [("..", _FOLDER)],
        [("a", "..")],
        [("a", "/etc/passwd")],
        [("a", _FOLDER), ("a/b", "../..")],
        [("a", "b"), ("a/c", _FILE)],
        [("a", "b"), ("a", _FILE)],
        [("a", _FILE), ("a", _FILE)],
        [("a", _FOLDER), ("a/b", ".."), ("c", "a/b/../..")],
    ],
    ids=str,
)
def test_what_leads_away_is_refused(entries: list[Entry], tmp_path: Path) -> None:
    with pytest.raises(LeadsAway):
        extract(_tar(entries), tmp_path)

    assert not tmp_path.with_name("out").exists()


@pytest.mark.parametrize("target", ["b", "../b", "../../b", "./x", "nowhere/at/all"])
def test_a_link_within_the_revision_stays_as_it_is(target: str, tmp_path: Path) -> None:
    extract(_tar([("a", _FOLDER), ("a/c", _FOLDER), ("a/c/l", target)]), tmp_path)

    assert str((tmp_path / "a/c/l").readlink()) == str(Path(target))


@given(_TARGETS, _TARGETS | _TARGETS.map("a/b/l/{}".format))
@settings(max_examples=500, deadline=None)
def test_two_links_that_lead_through_each_other_do_not_lead_out(
    one: str, other: str
) -> None:
    entries = [("a", _FOLDER), ("a/b", _FOLDER), ("a/b/l", one), ("m", other)]
    with TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve() / "deep" / "folder"
        folder.mkdir(parents=True)
        with suppress(LeadsAway):
            extract(_tar(entries), folder)
        for link in ("a/b/l", "m"):
            try:
                led = (folder / link).resolve()
            except RuntimeError:  # in a circle
                continue
            assert led.is_relative_to(folder)
