"""What the command line says."""

import pytest

from model_image.server.batch.errors import UsageError
from model_image.server.batch.options import expanded, read_options


@pytest.mark.parametrize(
    ("arguments", "formats"),
    [
        (["a.csv", "b.parquet"], ("csv", "parquet")),
        (["s3://bucket/a.NDJSON", "b"], ("jsonl", "jsonl")),
        (["a.pq", "b.d/c"], ("parquet", "parquet")),
        (["a.csv", "out/"], ("csv", "csv")),
        (["a.csv", "out/", "--to", "parquet"], ("csv", "parquet")),
        (["a.txt", "b.txt", "--format", "csv"], ("csv", "csv")),
        (["a.csv", "b.csv", "--format", "jsonl", "--to", "parquet"],
         ("jsonl", "parquet")),
        (["-", "-", "--format", "csv"], ("csv", "csv")),
    ],
)  # fmt: skip
def test_a_format_is_what_is_said_else_the_suffix_else_the_inputs(arguments, formats):
    options = read_options(arguments)

    assert (options.input_format, options.output_format) == formats


@pytest.mark.parametrize("shard", ["1/1", "2/2", "-1/2", "1", "a/b", "1/0"])
def test_a_shard_is_one_of_its_number(shard: str):
    with pytest.raises(UsageError, match="shard"):
        read_options(["a.csv", "b.csv", f"--shard={shard}"])


def test_columns_to_keep_are_named_one_by_one():
    options = read_options(["a.csv", "b.csv", "--keep", "id", "--keep", "a,b"])

    assert options.keep == ("id", "a,b")


def test_what_the_environment_has_is_put_in_its_place():
    env = {"CLOUD_RUN_TASK_INDEX": "3"}

    assert expanded("$(CLOUD_RUN_TASK_INDEX)/8", env) == "3/8"
    assert expanded("s3://lake/$(RUN)/", env) == "s3://lake/$(RUN)/"
