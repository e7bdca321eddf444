"""Rows to compare two models on: read as text, asked in each model's own terms."""

import json
from pathlib import Path

import pytest

from model_image.errors import PackError
from model_image.rows import MOST, read
from model_image.server.manifest import Column, Input
from tests.model_image.changes.manifests import manifest

TYPED = manifest(
    inputs=(
        Input("age", "FP32", (-1, 1), (Column("age"),)),
        Input("visits", "INT64", (-1, 1), (Column("visits"),)),
        Input("city", "BYTES", (-1, 1), (Column("city"),)),
        Input("member", "BOOL", (-1, 1), (Column("member"),)),
    )
)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "separator"), [("a.csv", ","), ("a.tsv", "\t")])
def test_text_gets_the_types_of_the_manifest(tmp_path: Path, name: str, separator: str):
    lines = [["age", "visits", "city", "member"], ["41.5", "3", "7", "true"]]
    text = "\n".join(separator.join(line) for line in lines)

    rows = read(written(tmp_path, name, text)).known_to(TYPED)

    assert rows == [{"age": 41.5, "visits": 3, "city": "7", "member": True}]
    assert isinstance(rows[0]["visits"], int)


def test_what_is_empty_is_missing(tmp_path: Path):
    sample = read(written(tmp_path, "a.csv", "age,city\n,NaN\n"))

    assert sample.known_to(TYPED) == [{"age": None, "city": None}]


def test_text_that_is_no_number_stays_as_it_is_to_be_refused(tmp_path: Path):
    sample = read(written(tmp_path, "a.csv", "age,visits,member\nold,2.5,maybe\n"))

    assert sample.known_to(TYPED) == [{"age": "old", "visits": 2.5, "member": "maybe"}]


def test_columns_that_a_model_does_not_know_are_not_asked_of_it(tmp_path: Path):
    sample = read(written(tmp_path, "a.csv", "age,target\n1,2\n"))

    assert sample.known_to(TYPED) == [{"age": 1.0}]


def test_a_row_longer_or_shorter_than_the_heading_is_read(tmp_path: Path):
    sample = read(written(tmp_path, "a.csv", "age,visits\n1,2,3\n4\n"))

    assert sample.known_to(TYPED) == [
        {"age": 1.0, "visits": 2},
        {"age": 4.0, "visits": None},
    ]


ROWS = [{"age": 1, "city": "7"}, {"age": None, "city": "oslo"}]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", json.dumps(ROWS)),
        ("a.json", json.dumps({"rows": ROWS})),
        ("a.jsonl", "\n".join(map(json.dumps, ROWS))),
    ],
)
def test_json_keeps_its_own_types(tmp_path: Path, name: str, text: str):
    assert read(written(tmp_path, name, text)).known_to(TYPED) == ROWS


def test_of_many_rows_some_are_chosen_evenly(tmp_path: Path):
    count = 2 * MOST + 1
    text = "age\n" + "\n".join(map(str, range(count)))

    sample = read(written(tmp_path, "a.csv", text))

    assert [row["age"] for row in sample.rows] == [str(at) for at in range(0, count, 3)]
    assert sample.step == 3
    assert sample.source == f"667 of the {count} rows of a.csv"


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("a.csv", b"age\n", "has no rows"),
        ("a.csv", b"age\n\xff\n", "cannot be read as rows"),
        ("a.json", b"{", "cannot be read as rows"),
        ("a.json", b'{"age": 1}', "give one object per row"),
        ("a.json", b"[1]", "give one object per row"),
        ("a.jsonl", b"[]\n", "give one object per row"),
    ],
)
def test_what_holds_no_rows_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes, part: str
):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(PackError, match=part) as caught:
        read(tmp_path / name)

    assert str(caught.value).startswith(str(tmp_path / name))


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(PackError, match=r"nowhere\.csv cannot be read"):
        read(tmp_path / "nowhere.csv")
