"""`batch` as the image runs it: what it writes, what it says, how it ends."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model_image.server import flavours, predict
from model_image.server.manifest import read_manifest
from tests.own_package import own_package

ROOT = Path(__file__).parents[4]
WINE = ROOT / "model_image" / "example" / "package"
Batch = Callable[..., Any]


def _answers(text: str) -> list[dict[str, Any]]:
    """What /predict answers to the rows of a CSV, under the names of a job."""
    manifest = read_manifest(WINE)
    rows = [
        {name: float(cell) for name, cell in row.items() if name != "id"}
        for row in csv.DictReader(io.StringIO(text))
    ]
    outputs = flavours.load(WINE, manifest, 1).run(
        predict.arrays({"rows": rows}, manifest)
    )
    return [
        {"label": one["label"]}
        | {f"probabilities.{name}": p for name, p in one["probabilities"].items()}
        for one in predict.predictions(outputs, manifest)
    ]


def _read(name: str) -> list[Any]:
    return [json.loads(line) for line in Path(name).read_text().splitlines()]


def test_every_row_gets_the_answer_that_predict_gives(batch: Batch, wine_csv):
    Path("in.csv").write_text(wine_csv(120))

    batch("in.csv", "out.jsonl", "--rows", "50", "--keep", "id")

    lines = Path("out.jsonl").read_text().splitlines()
    expected = [
        {"id": f"{number:05}"} | {k: pytest.approx(v) for k, v in answer.items()}
        for number, answer in enumerate(_answers(wine_csv(120)))
    ]
    assert [json.loads(line) for line in lines] == expected


def test_the_columns_of_a_csv_come_out_as_they_went_in(batch: Batch, wine_csv):
    Path("in.csv").write_text(wine_csv(30))

    batch("in.csv", "out.csv")

    kept = [line.rsplit(",", 4)[0] for line in Path("out.csv").read_text().splitlines()]
    assert kept == wine_csv(30).splitlines()


def test_a_bad_row_is_set_aside_and_moves_no_other(batch: Batch, wine_csv):
    lines = wine_csv(5).splitlines(keepends=True)
    lines[2] = "00001,much" + ",1" * 12 + "\n"
    lines[4] = "00003,1,2\n"
    Path("in.csv").write_text("".join(lines))

    ran = batch("in.csv", "out.csv", "--keep", "id", "--rows", "3")

    ids = [line.split(",")[0] for line in Path("out.csv").read_text().splitlines()]
    rejects = _read("out.csv.rejects.jsonl")
    assert (ran.code, ids) == (0, ["id", "00000", "00002", "00004"])
    assert [reject["row"] for reject in rejects] == [2, 4]
    assert rejects[0]["mistakes"] == [
        {
            "feature": "alcohol",
            "reason": "type",
            "expected": "a number (FP32)",
            "got": '"much"',
        }
    ]
    assert rejects[0]["values"]["alcohol"] == "much"
    assert rejects[1]["values"] == "00003,1,2"


def test_an_empty_cell_is_a_missing_value(batch: Batch, wine_csv, wine_columns):
    text = ",".join(["id", *wine_columns]) + "\na" + "," * 13 + "\n"
    Path("in.csv").write_text(text)

    ran = batch("in.csv", "-", "--to", "jsonl")

    assert json.loads(ran.out)["alcohol"] is None
    assert ran.said[-1]["rejected"] == 0


def test_a_pipe_goes_in_and_out(batch: Batch, wine_csv):
    ran = batch("-", "-", "--format", "csv", "--rows", "7", stdin=wine_csv(20).encode())

    assert ran.code == 0
    assert len(ran.out.splitlines()) == 21


def test_what_a_models_code_prints_does_not_stand_among_the_rows(
    batch: Batch, tmp_path: Path
):
    code = (
        "class Loud:\n"
        "    def load(self, folder): pass\n"
        "    def predict(self, frame):\n"
        '        print("{}")\n'
        '        return {"shown": ["x"] * len(frame), "doubled": frame.age * 2}\n'
    )
    folder = own_package(
        tmp_path / "loud",
        {"code/loud.py": code},
        answer={"shown": "x", "doubled": 7.0},
        entry="loud:Loud",
    )

    ran = batch(
        "-", "-", "--format", "jsonl", model=folder, stdin=b'{"city":"Oslo","age":2}'
    )

    assert json.loads(ran.out) == {"city": "Oslo", "age": 2, "shown": "x", "doubled": 4}


def test_a_row_that_the_model_fails_on_harms_no_other(batch: Batch, tmp_path: Path):
    code = (
        "class Strict:\n"
        "    def load(self, folder): pass\n"
        "    def predict(self, frame):\n"
        "        if (frame.age < 0).any(): raise ValueError('nobody is that young')\n"
        '        return {"shown": ["x"] * len(frame), "doubled": frame.age * 2}\n'
    )
    folder = own_package(
        tmp_path / "strict",
        {"code/strict.py": code},
        answer={"shown": "x", "doubled": 7.0},
        entry="strict:Strict",
    )
    text = "city,age\n" + "".join(f"Oslo,{age}\n" for age in (1, 2, -3, 4, -5, 6))
    Path("in.csv").write_text(text)

    batch("in.csv", "out.csv", "--keep", "age", model=folder)

    rejects = _read("out.csv.rejects.jsonl")
    lines = Path("out.csv").read_text().splitlines()
    assert lines == ["age,shown,doubled", "1,x,2.0", "2,x,4.0", "4,x,8.0", "6,x,12.0"]
    assert [reject["row"] for reject in rejects] == [3, 5]
    assert rejects[0]["mistakes"][0]["got"] == "ValueError: nobody is that young"


def test_a_job_whose_rows_are_all_bad_does_not_end_well(batch: Batch, wine_csv):
    text = wine_csv(3).replace(".", "x")

    ran = batch("-", "-", "--format", "csv", stdin=text.encode())

    assert ran.code == 3


@pytest.mark.parametrize(("flags", "code"), [((), 0), (("--strict",), 3)])
def test_a_single_bad_row_fails_a_strict_job_only(batch: Batch, wine_csv, flags, code):
    Path("in.csv").write_text(wine_csv(3) + "short\n")

    ran = batch("in.csv", "out.csv", *flags)

    assert ran.code == code
    assert len(Path("out.csv").read_text().splitlines()) == 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["in.csv"], "required: OUTPUT"),
        (["in", "out.csv"], "'in' does not say its format; add --format"),
        (["in.csv", "ftp://host/out.csv"], "'ftp://host/out.csv' is in no place"),
        (["in.csv", "out.csv", "--shard", "3/3"], "'3/3' is none of 0/N"),
        (["in.csv", "out.csv", "--rows", "0"], "'0' is no whole number"),
        (["-", "out.csv", "--format", "parquet"], "cannot be read from standard input"),
        (["-", "o.csv", "--format", "csv", "--shard", "0/2"], "read once"),
        (["in.csv", "out/", "--rejects", "bad.jsonl"], "keeps its rejects in"),
    ],
)  # fmt: skip
def test_a_wrong_command_is_told_what_to_write(
    batch: Batch, wine_csv, arguments: list[str], said: str
):
    Path("in.csv").write_text(wine_csv(1))

    ran = batch(*arguments)

    assert (ran.code, ran.out) == (2, b"")
    assert said in ran.error
    assert [path.name for path in Path().iterdir()] == ["in.csv"]


def test_a_wrong_setting_is_told_as_for_the_server(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SLIPWAY_THREADS", "many")

    ran = batch("in.csv", "out.csv")

    assert ran.code == 2
    assert "SLIPWAY_THREADS is 'many'" in ran.error


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id,alcool\n1,2\n", "no column 'alcohol' (and 12 more)"),
        ("id,alcool\n1,2\n", "(did you mean 'alcool'?)"),
        ("", "no header"),
        ("a,a\n", "the column 'a' twice"),
    ],
)
def test_an_input_that_cannot_be_scored_is_refused_before_it_is_begun(
    batch: Batch, content: str, said: str
):
    Path("in.csv").write_text(content)

    ran = batch("in.csv", "out.csv")

    assert ran.code == 1
    assert said in ran.error
    assert [path.name for path in Path().iterdir()] == ["in.csv"]


def test_an_input_that_is_not_there_is_named(batch: Batch):
    ran = batch("gone.csv", "out.csv")

    assert (ran.code, ran.error) == (1, "INPUT gone.csv is not there; mend the path")


def test_a_column_that_the_answer_takes_is_refused(batch: Batch, wine_csv):
    text = wine_csv(2).replace("id,", "label,", 1)
    Path("in.csv").write_text(text)

    ran = batch("in.csv", "out.csv")

    assert "a column 'label', which the answer takes" in ran.error


def test_such_a_column_may_be_left_out(batch: Batch, wine_csv):
    Path("in.csv").write_text(wine_csv(2).replace("id,", "label,", 1))

    ran = batch("in.csv", "out.csv", "--keep", "hue")

    assert ran.code == 0
    assert Path("out.csv").read_text().startswith("hue,label,probabilities.class_0")


def test_an_input_without_rows_gives_an_output_without_rows(batch: Batch, wine_csv):
    Path("in.csv").write_text(wine_csv(0))

    ran = batch("in.csv", "out.csv")

    assert ran.code == 0
    assert len(Path("out.csv").read_text().splitlines()) == 1


def test_nothing_large_is_loaded_for_a_wrong_command():
    script = (
        "import sys\n"
        "from model_image.server.batch.command import main\n"
        "main(['in.csv'])\n"
        "print(*{'numpy', 'onnxruntime', 'fsspec', 'obstore', 'httptools', 'arro3'}"
        " & sys.modules.keys())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True
    )

    assert ran.stdout == b"\n"


def test_the_entry_of_the_image_knows_it():
    ran = subprocess.run(
        [sys.executable, "-m", "model_image.server", "batch", "--help"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )

    assert (ran.returncode, b"usage: batch" in ran.stdout) == (0, True)
