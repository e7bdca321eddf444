"""Several machines on one input: each row is scored by exactly one of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.packages import variant

ROOT = Path(__file__).parents[4]
WINE = ROOT / "model_image" / "example" / "package"
Batch = Callable[..., Any]


@pytest.fixture(autouse=True)
def _input(batch: Batch, wine_csv) -> None:
    Path("in.csv").write_text(wine_csv(95) + "bad\n")


def _parts(folder: str) -> dict[str, bytes]:
    found = Path(folder).rglob("part-*")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("shards", [2, 3, 7])
def test_shards_make_together_what_one_run_makes(batch: Batch, shards: int):
    batch("in.csv", "one/", "--rows", "10")

    for shard in range(shards):
        ran = batch("in.csv", "many/", "--rows", "10", "--shard", f"{shard}/{shards}")
        assert ran.code == 0

    assert _parts("many") == _parts("one")
    assert len(_parts("one")) == 11


def test_each_part_is_a_file_by_itself(batch: Batch):
    batch("in.csv", "out/", "--rows", "10", "--keep", "id")

    texts = [Path("out", f"part-{at:08}.csv").read_text() for at in range(10)]
    ids = [line.split(",")[0] for text in texts for line in text.splitlines()[1:]]
    assert ids == [f"{number:05}" for number in range(95)]
    assert {text.partition(",")[0] for text in texts} == {"id"}


def test_a_shard_without_rows_is_an_output_without_rows(batch: Batch):
    ran = batch("in.csv", "out.csv", "--shard", "1/2")

    assert ran.code == 0
    assert len(Path("out.csv").read_text().splitlines()) == 1


def test_each_shard_may_have_a_file_of_its_own(batch: Batch):
    for shard in range(2):
        batch("in.csv", f"{shard}.csv", "--rows", "10", "--shard", f"{shard}/2")

    rows = [Path(f"{shard}.csv").read_text().splitlines()[1:] for shard in range(2)]
    assert [len(lines) for lines in rows] == [50, 45]
    assert len({*rows[0], *rows[1]}) == 95


def test_a_folder_is_done_once(batch: Batch):
    batch("in.csv", "out/", "--rows", "10")

    ran = batch("in.csv", "out/", "--rows", "10")

    assert (ran.code, ran.said[-1]["event"]) == (0, "done before")
    assert json.loads(Path("out/_job.json").read_text())["rejected"] == 1


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--rows", "20", "--shard", "1/2"), "rows of a chunk was 10 and is 20"),
        (("--rows", "10", "--shard", "1/3"), "number of shards was 2 and is 3"),
    ],
)
def test_shards_of_another_cut_do_not_mix(batch: Batch, flags, said):
    batch("in.csv", "out/", "--rows", "10", "--shard", "0/2")

    ran = batch("in.csv", "out/", *flags)

    assert (ran.code, said in ran.error) == (1, True)


def test_shards_of_another_model_do_not_mix(batch: Batch, tmp_path: Path):
    newer = variant(WINE, tmp_path / "newer", version="1.1.0")
    batch("in.csv", "out/", "--rows", "10", "--shard", "0/2")

    ran = batch("in.csv", "out/", "--rows", "10", "--shard", "1/2", model=newer)

    assert "version of the model was 1.0.0 and is 1.1.0" in ran.error


def test_parts_of_nobody_knows_what_are_not_gone_on_with(batch: Batch):
    Path("out").mkdir()
    Path("out/part-00000000.csv").write_text("?")

    ran = batch("in.csv", "out/", "--rows", "10")

    assert "has parts and no record" in ran.error
    assert Path("out/part-00000000.csv").read_text() == "?"
