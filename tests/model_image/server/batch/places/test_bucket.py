"""Jobs from bucket to bucket: a real S3 protocol, spoken with moto's server."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from model_image.server.batch import work as works
from model_image.server.batch.errors import BatchError
from model_image.server.batch.places import bucket as buckets
from model_image.server.batch.places import place
from tests import s3

Batch = Callable[..., Any]


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    """The address of an S3 server on loopback."""
    with s3.served() as address:
        yield address


@pytest.fixture(autouse=True)
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """An empty bucket `rows`, as plain HTTP; the environment has its account."""
    monkeypatch.setattr(buckets, "_BEAT", 0.05)
    with s3.emptied(s3_server, "rows", monkeypatch) as client:
        yield client
    buckets._system.cache_clear()


def _names(bucket: httpx.Client) -> set[str]:
    listed = bucket.get("").text
    return {part.partition("</Key>")[0] for part in listed.split("<Key>")[1:]}


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_bucket_holds_what_a_disk_would(
    batch: Batch, wine_csv, bucket: httpx.Client, kind: str
):
    text = wine_csv(60) + "bad\n"
    Path("in.csv").write_text(text)
    batch("in.csv", f"out.{kind}", "--rows", "20")
    bucket.put("in.csv", content=text)

    ran = batch("s3://rows/in.csv", f"s3://rows/out.{kind}", "--rows", "20")

    assert ran.code == 0
    assert bucket.get(f"out.{kind}").content == Path(f"out.{kind}").read_bytes()
    assert bucket.get(f"out.{kind}.rejects.jsonl").json()["row"] == 61
    assert _names(bucket) == {
        "in.csv", f"out.{kind}", f"out.{kind}.rejects.jsonl", f"out.{kind}.job.json",
    }  # fmt: skip


def test_parquet_comes_out_of_a_bucket(
    batch: Batch, wine_csv, wine_columns: list[str], bucket: httpx.Client
):
    Path("in.csv").write_text(wine_csv(60))
    batch("in.csv", "in.parquet")
    bucket.put("in.parquet", content=Path("in.parquet").read_bytes())

    ran = batch("s3://rows/in.parquet", "-", "--to", "csv", "--keep", "id")

    expected = batch("in.csv", "-", "--keep", "id")
    assert (ran.code, ran.out) == (0, expected.out)


def test_what_was_cut_off_goes_on_from_its_parts(
    batch: Batch, wine_csv, bucket: httpx.Client, monkeypatch: pytest.MonkeyPatch
):
    bucket.put("in.csv", content=wine_csv(60))
    batch("s3://rows/in.csv", "s3://rows/whole.csv", "--rows", "10")
    made = works.Work.made

    def cut(self: works.Work, chunk: Any) -> Any:
        if chunk.index == 4:
            raise SystemExit
        return made(self, chunk)

    with monkeypatch.context() as patch:
        patch.setattr(works.Work, "made", cut)
        with pytest.raises(SystemExit):
            batch("s3://rows/in.csv", "s3://rows/out.csv", "--rows", "10")
    assert "out.csv" not in _names(bucket)

    ran = batch("s3://rows/in.csv", "s3://rows/out.csv", "--rows", "10")

    assert [line["event"] for line in ran.said] == ["going on", "done"]
    assert bucket.get("out.csv").content == bucket.get("whole.csv").content


def test_a_changed_object_is_another_input(batch: Batch, wine_csv, bucket):
    bucket.put("in.csv", content=wine_csv(5))
    batch("s3://rows/in.csv", "s3://rows/out.csv")
    bucket.put("in.csv", content=wine_csv(6))

    ran = batch("s3://rows/in.csv", "s3://rows/out.csv")

    assert "the content of the input was" in ran.error


def test_what_fails_half_way_makes_no_object(bucket: httpx.Client):
    there = place("s3://rows/a")

    def half() -> None:
        with there.created() as file:
            file.write(b"x" * 20_000_000)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()

    assert _names(bucket) == set()


def test_an_object_that_is_not_there_is_named(batch: Batch):
    ran = batch("s3://rows/gone.csv", "s3://rows/out.csv")

    assert (ran.code, ran.error) == (
        1, "INPUT s3://rows/gone.csv is not there; mend the path",
    )  # fmt: skip


def test_a_refused_account_is_told_without_its_secret(
    batch: Batch, monkeypatch: pytest.MonkeyPatch, s3_server: str
):
    httpx.post(f"{s3_server}/moto-api/reset-auth", content=b"0")
    try:
        ran = batch("s3://rows/in.csv", "s3://rows/out.csv")
    finally:
        httpx.post(f"{s3_server}/moto-api/reset-auth", content=b"Infinity")

    assert ran.code == 1
    assert "refuses this account" in ran.error
    assert "hush" not in json.dumps(ran.said)


def test_a_bucket_that_does_not_answer_is_a_sentence(monkeypatch: pytest.MonkeyPatch):
    buckets._system.cache_clear()
    monkeypatch.setattr(buckets, "_RETRY", {"max_retries": 0})
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    with pytest.raises(BatchError, match="s3://rows/a cannot be reached"):
        place("s3://rows/a").version()
