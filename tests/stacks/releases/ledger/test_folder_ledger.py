import os
import signal
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.releases.ledger.event import Kind, LedgerError, Release
from stacks.releases.ledger.folder_ledger import FolderLedger

Wine = Callable[..., Release]
KINDS: tuple[Kind, ...] = ("built", "verified", "failed")

WRITERS = """
import os, sys
from pathlib import Path
from stacks.releases.ledger.event import Release
from stacks.releases.ledger.folder_ledger import FolderLedger

root = Path(sys.argv[1])
release = Release(name="wine", version="1.0.1")
children = []
for writer in range(8):
    child = os.fork()
    if child == 0:
        for n in range(4):
            FolderLedger(root, root / "ledger").append(
                "built", "dev", release, None, {"writer": writer, "n": n}
            )
        os._exit(0)
    children.append(child)
assert all(os.waitpid(child, 0)[1] == 0 for child in children)
"""

MORTAL = """
import os, signal, sys
from pathlib import Path
from stacks.releases.ledger.event import Release
from stacks.releases.ledger.folder_ledger import FolderLedger

root, function, owner = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
scope = os if owner == "os" else Path
FolderLedger(root, root / "ledger").append(
    "built", "dev", Release(name="wine", version="1.0.1")
)
real = getattr(scope, function)
for after in (False, True):
    child = os.fork()
    if child == 0:
        def die(*arguments):
            if after:
                real(*arguments)
            os.kill(os.getpid(), signal.SIGKILL)
        setattr(scope, function, die)
        FolderLedger(root, root / "ledger").append(
            "built", "dev", Release(name="wine", version="1.0.2")
        )
    print(os.WTERMSIG(os.waitpid(child, 0)[1]))
"""


@pytest.fixture
def ledger(tmp_path: Path) -> FolderLedger:
    return FolderLedger(tmp_path, tmp_path / "ledger")


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.dictionaries(st.text(), st.text())),
        max_size=5,
    )
)
def test_any_sequence_of_appends_is_read_back(
    told: list[tuple[Kind, dict[str, str]]],
) -> None:
    release = Release(name="wine", version="1.0.1")
    with TemporaryDirectory() as folder:
        ledger = FolderLedger(Path(folder), Path(folder, "ledger"))
        appended = [ledger.append(k, "dev", release, None, {**e}) for k, e in told]

        assert ledger.events() == appended


def test_reading_a_ledger_that_nobody_wrote_creates_nothing(
    ledger: FolderLedger,
) -> None:
    assert ledger.events() == []
    assert not ledger.folder.exists()


def test_the_loss_of_the_newest_event_is_found(
    ledger: FolderLedger, wine: Wine
) -> None:
    for version in ("1.0.0", "1.0.1"):
        ledger.append("built", "dev", wine(version))

    (ledger.folder / "000002.json").unlink()

    with pytest.raises(LedgerError, match=r"ends with 000001\.json"):
        ledger.events()


def test_the_loss_of_the_head_is_found(ledger: FolderLedger, wine: Wine) -> None:
    for version in ("1.0.0", "1.0.1"):
        ledger.append("built", "dev", wine(version))

    (ledger.folder / "HEAD").unlink()

    with pytest.raises(LedgerError, match="not the newest event"):
        ledger.events()


def test_nothing_is_appended_to_a_forged_ledger(
    ledger: FolderLedger, wine: Wine
) -> None:
    ledger.append("failed", "dev", wine("1.0.1"))
    first = ledger.folder / "000001.json"
    first.write_bytes(first.read_bytes().replace(b"failed", b"verified"))

    with pytest.raises(LedgerError, match=r"000001\.json"):
        ledger.append("built", "dev", wine("1.0.2"))

    assert not (ledger.folder / "000002.json").exists()


def test_a_folder_that_cannot_be_written_to_is_one_sentence(
    tmp_path: Path, wine: Wine
) -> None:
    (tmp_path / "file").write_text("in the way")
    ledger = FolderLedger(tmp_path, tmp_path / "file" / "ledger")

    with pytest.raises(LedgerError, match="set SLIPWAY_STATE_HOME"):
        ledger.append("built", "dev", wine("1.0.1"))


def test_eight_writers_at_once_lose_nothing(
    ledger: FolderLedger, tmp_path: Path, script: Callable[..., str]
) -> None:
    script(WRITERS, tmp_path)

    told = {(e.evidence["writer"], e.evidence["n"]) for e in ledger.events()}

    assert told == {(writer, n) for writer in range(8) for n in range(4)}


@pytest.mark.parametrize(
    ("owner", "function"), [("os", "link"), ("os", "fsync"), ("path", "replace")]
)
def test_a_writer_killed_in_the_middle_leaves_a_whole_ledger(
    ledger: FolderLedger,
    tmp_path: Path,
    wine: Wine,
    script: Callable[..., str],
    owner: str,
    function: str,
) -> None:
    killed = script(MORTAL, tmp_path, function, owner)
    survivors = len(ledger.events())

    last = ledger.append("built", "dev", wine("1.0.3"))

    assert killed.split() == [str(int(signal.SIGKILL))] * 2
    assert ledger.events()[survivors:] == [last]
    assert not [name for name in os.listdir(ledger.folder) if "unfinished" in name]
