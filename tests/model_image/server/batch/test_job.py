"""What makes two runs the same job."""

from pathlib import Path

import msgspec
import pytest

from model_image.server.batch.errors import BatchError
from model_image.server.batch.job import Job, Outcome, job_of, record, recorded
from model_image.server.batch.options import read_options
from model_image.server.batch.places import place
from model_image.server.manifest import Input, read_manifest

WINE = Path(__file__).parents[4] / "model_image" / "example" / "package"


@pytest.fixture
def job() -> Job:
    options = read_options(["in.csv", "out.jsonl", "--keep", "id", "--shard", "1/4"])
    return job_of(options, read_manifest(WINE), "3-17")


def test_a_job_is_read_as_it_was_written(job: Job, tmp_path: Path):
    there = place(str(tmp_path / "job.json"))

    record(there, Outcome(job, 10, 1))

    assert recorded(there, job) == Outcome(job, 10, 1)


def test_no_record_is_no_outcome(job: Job, tmp_path: Path):
    assert recorded(place(str(tmp_path / "job.json")), job) is None


@pytest.mark.parametrize(
    "change",
    [{name: "x"} for name in ("input", "input_version", "input_format", "identity")]
    + [{"output_format": "x"}, {"model": "x"}, {"model_version": "x"}]
    + [{"rows": 1}, {"keep": ()}, {"shards": 5}],
)
def test_a_record_of_anything_else_is_refused(job: Job, tmp_path: Path, change):
    there = place(str(tmp_path / "job.json"))
    record(there, Outcome(msgspec.structs.replace(job, **change)))

    with pytest.raises(BatchError, match=r"is of another job: the .* was .* and is "):
        recorded(there, job)


def test_a_file_that_is_no_record_is_named(job: Job, tmp_path: Path):
    (tmp_path / "job.json").write_text("{")

    with pytest.raises(BatchError, match=r"job\.json is no record of a job"):
        recorded(place(str(tmp_path / "job.json")), job)


@pytest.mark.parametrize(("width", "rows"), [(1, 50_000), (50, 10_000), (9000, 100)])
def test_wide_rows_are_taken_fewer_at_a_time(width: int, rows: int):
    manifest = msgspec.structs.replace(
        read_manifest(WINE), inputs=(Input("x", "FP32", (-1, width)),)
    )

    made = job_of(read_options(["in.csv", "out.csv"]), manifest, "")

    assert made.rows == rows
