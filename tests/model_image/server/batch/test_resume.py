"""A job that is cut off, and the same command again."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model_image.server.batch.parts import Parts
from model_image.server.batch.work import Work
from tests.packages import variant

ROOT = Path(__file__).parents[4]
WINE = ROOT / "model_image" / "example" / "package"
Batch = Callable[..., Any]


class Cut(BaseException):
    """Stands for the end of a process."""


def _cut(monkeypatch: pytest.MonkeyPatch, job: Callable[[], Any], kept: int) -> None:
    """Run the job in a process that dies when so many parts are whole."""
    write = Parts.write

    def writing(self: Parts, index: int, part: bytes, rejects: bytes) -> None:
        if index >= kept:
            raise Cut
        write(self, index, part, rejects)

    with monkeypatch.context() as patch:
        patch.setattr(Parts, "write", writing)
        with pytest.raises(Cut):
            job()
        for thread in threading.enumerate():
            if thread.name.startswith("batch"):
                thread.join()


@pytest.fixture
def job(batch: Batch, wine_csv) -> Callable[..., Any]:
    """A job of twelve chunks with a few bad rows."""
    lines = wine_csv(120).splitlines(keepends=True)
    for bad in (3, 44, 101):
        lines[bad] = "bad\n"
    Path("in.csv").write_text("".join(lines))
    return lambda output: batch("in.csv", output, "--rows", "10")


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("kept", [0, 1, 7, 11])
def test_what_was_cut_off_ends_as_if_it_had_not_been(
    job, monkeypatch: pytest.MonkeyPatch, kind: str, kept: int
):
    job(f"whole.{kind}")
    _cut(monkeypatch, lambda: job(f"cut.{kind}"), kept)
    assert not Path(f"cut.{kind}").exists()

    ran = job(f"cut.{kind}")

    for suffix in ("", ".rejects.jsonl"):
        whole = Path(f"whole.{kind}{suffix}").read_bytes()
        assert Path(f"cut.{kind}{suffix}").read_bytes() == whole
    record = json.loads(Path(f"cut.{kind}.job.json").read_text())
    assert (ran.code, record["rows"], record["rejected"]) == (0, 120, 3)
    assert not Path(f"cut.{kind}.parts").exists()


def test_no_row_is_scored_twice(job, monkeypatch: pytest.MonkeyPatch):
    _cut(monkeypatch, lambda: job("cut.csv"), 7)
    scored: list[int] = []
    made = Work.made
    monkeypatch.setattr(
        Work,
        "made",
        lambda self, chunk: scored.append(chunk.index) or made(self, chunk),
    )

    job("cut.csv")

    assert len(scored) == 5


@pytest.mark.parametrize(
    "step",
    [
        "model_image.server.batch.writing.csv.Writer.joined",
        "model_image.server.batch.target.record",
        "shutil.rmtree",
    ],
)
def test_an_end_while_the_parts_are_put_together_is_mended_too(
    job, monkeypatch: pytest.MonkeyPatch, step: str
):
    job("whole.csv")

    def cut(*_: Any) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(step, cut)
        with pytest.raises(Cut):
            job("cut.csv")

    job("cut.csv")

    assert Path("cut.csv").read_bytes() == Path("whole.csv").read_bytes()
    assert not Path("cut.csv.parts").exists()


def test_a_job_that_is_done_is_not_done_again(job, monkeypatch: pytest.MonkeyPatch):
    job("out.csv")
    monkeypatch.setattr(Work, "made", lambda self, chunk: pytest.fail("scored"))

    ran = job("out.csv")

    assert (ran.code, ran.said[-1]["event"]) == (0, "done before")


def test_another_input_does_not_go_on_with_the_parts(
    job, monkeypatch: pytest.MonkeyPatch
):
    _cut(monkeypatch, lambda: job("out.csv"), 7)
    Path("in.csv").write_text(Path("in.csv").read_text() + "bad\n")

    ran = job("out.csv")

    assert ran.code == 1
    assert "is of another job: the content of the input was" in ran.error


def test_another_model_does_not_go_on_with_the_parts(
    batch: Batch, job, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    newer = variant(WINE, tmp_path / "newer", version="1.1.0")
    _cut(monkeypatch, lambda: job("out.csv"), 7)

    ran = batch("in.csv", "out.csv", "--rows", "10", model=newer)

    assert "the version of the model was 1.0.0 and is 1.1.0" in ran.error


def test_somebody_elses_file_is_not_written_over(job):
    Path("out.csv").write_text("mine")

    ran = job("out.csv")

    assert (ran.code, Path("out.csv").read_text()) == (1, "mine")
    assert "out.csv is there already, and not from this job" in ran.error


def test_an_input_that_changes_while_it_is_read_is_noticed(
    job, monkeypatch: pytest.MonkeyPatch
):
    made = Work.made

    def changing(self: Work, chunk: Any) -> Any:
        os.utime("in.csv", ns=(1, 1))
        return made(self, chunk)

    monkeypatch.setattr(Work, "made", changing)

    ran = job("out.csv")

    assert ran.code == 1
    assert "in.csv was changed while it was read" in ran.error
    assert not Path("out.csv").exists()


def test_a_pipe_is_begun_anew(batch: Batch, wine_csv, monkeypatch: pytest.MonkeyPatch):
    def piped() -> Any:
        text = wine_csv(50).encode()
        return batch("-", "out.csv", "--format", "csv", "--rows", "10", stdin=text)

    _cut(monkeypatch, piped, 3)

    ran = piped()

    assert ran.code == 0
    assert len(Path("out.csv").read_text().splitlines()) == 51


def _command(folder: Path, output: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "model_image.server", "batch"),
            *(folder / "in.csv", folder / output, "--rows", "1000"),
        ],
        cwd=ROOT,
        env={**os.environ, "SLIPWAY_MODEL": str(WINE), "SLIPWAY_THREADS": "2"},
        stderr=subprocess.PIPE,
    )


def _until_parts(folder: Path, output: str, count: int) -> None:
    parts = folder / f"{output}.parts"
    done = folder / f"{output}.job.json"
    while len(list(parts.glob("part-*.csv"))) < count and not done.exists():
        time.sleep(0.005)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_leaves_what_is_whole(wine_csv, tmp_path: Path, number: int):
    (tmp_path / "in.csv").write_text(wine_csv(200_000))
    with _command(tmp_path, "out.csv") as process:
        _until_parts(tmp_path, "out.csv", 2)
        process.send_signal(number)
        _, said = process.communicate(timeout=30)

    assert process.returncode == 128 + number
    assert b"the same command goes on from here" in said
    assert b"Traceback" not in said
    assert not (tmp_path / "out.csv").exists()


def test_a_second_run_of_a_job_under_way_is_refused(wine_csv, tmp_path: Path):
    (tmp_path / "in.csv").write_text(wine_csv(200_000))
    with _command(tmp_path, "out.csv") as first:
        _until_parts(tmp_path, "out.csv", 1)
        with _command(tmp_path, "out.csv") as second:
            _, said = second.communicate(timeout=30)
        first.kill()
        first.communicate()

    assert second.returncode == 1
    assert b"another process is at work" in said


@pytest.mark.proof
@pytest.mark.timeout(900)
def test_kill_9_at_any_moment_and_the_same_command_again(wine_csv, tmp_path: Path):
    (tmp_path / "in.csv").write_text(wine_csv(200_000))
    with _command(tmp_path, "whole.csv") as process:
        process.communicate()
    whole = (tmp_path / "whole.csv").read_bytes()
    moments = random.Random(5)

    for attempt in range(6):
        output = f"cut{attempt}.csv"
        # 200 parts in all: before the first, between them, and as they are joined.
        for parts in (*sorted(moments.sample(range(200), 3)), 200):
            with _command(tmp_path, output) as process:
                _until_parts(tmp_path, output, parts)
                time.sleep(moments.uniform(0, 0.05))
                process.kill()
        with _command(tmp_path, output) as process:
            process.communicate()

        assert process.returncode == 0
        assert (tmp_path / output).read_bytes() == whole
