"""Work in progress leaves nothing behind."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from model_image.scratch import scratch

ROOT = Path(__file__).parents[2]


def test_a_scratch_folder_is_gone_when_the_work_ends(tmp_path: Path):
    with scratch(tmp_path) as folder:
        (folder / "half").write_text("done")

    assert list(tmp_path.iterdir()) == []


def test_a_scratch_folder_is_gone_when_the_work_fails(tmp_path: Path):
    with pytest.raises(KeyboardInterrupt), scratch(tmp_path):
        raise KeyboardInterrupt

    assert list(tmp_path.iterdir()) == []


def test_the_next_work_removes_what_a_killed_one_left(tmp_path: Path):
    program = (
        "import time\nfrom pathlib import Path\n"
        "from model_image.scratch import scratch\n"
        f"with scratch(Path({str(tmp_path)!r})):\n print(flush=True)\n time.sleep(99)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert len(list(tmp_path.iterdir())) == 1

    with scratch(tmp_path):
        left = list(tmp_path.iterdir())

    assert len(left) == 1
    assert list(tmp_path.iterdir()) == []


def test_two_at_once_do_not_touch_each_other(tmp_path: Path):
    with scratch(tmp_path) as first:
        (first / "mine").touch()
        with scratch(tmp_path) as second:
            assert first != second

        assert (first / "mine").exists()


def test_a_parent_made_for_nothing_goes_as_well(tmp_path: Path):
    with scratch(tmp_path / "models"):
        pass

    assert not (tmp_path / "models").exists()
