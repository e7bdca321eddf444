"""Every kind of model answers through its package as its own library answers."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from model_image.evidence import read_evidence
from model_image.package import ModelPackage
from model_image.server.example import differences
from tests.model_image.matrix.case import Case
from tests.model_image.matrix.models import NAMES
from tests.model_image.matrix.served import served

pytestmark = pytest.mark.sandbox

DOCS = Path(__file__).parents[3] / "docs" / "models.md"
_HEAD = """\
# Models, packed and served

Written by `python3 -m tests --proofs`: every model trained on scikit-learn's own data
sets, packed by the real `pack`. The difference is the largest of any answer to sample
and edge rows, relative above 1; a row's time is the median, one thread, in the model's
own library and as packed. Measured {day} on {cpus} processors. Deep nets, whose
libraries are large, are in [nets.md](nets.md).

| model | from | flavour | rows | difference | size | row before | row after |
|---|---|---|---:|---:|---:|---:|---:|
"""


@pytest.mark.parametrize("name", NAMES)
def test_a_served_model_answers_as_the_original(
    name: str, case: Callable[[str], Case], packed: Callable[[str], ModelPackage]
):
    asked = case(name)

    with served(packed(name)) as client:
        answer = client.post("/predict", json={"rows": asked.rows})

    assert answer.status_code == 200, answer.text
    assert len(asked.rows) >= 20
    assert not differences(asked.answers, answer.json()["predictions"], 1e-5)


def test_an_mlflow_folder_names_the_columns_of_its_model(
    packed: Callable[[str], ModelPackage],
):
    names = packed("mlflow_folder").manifest.inputs[0].names

    assert names[-1] == "proline"


def test_missing_values_are_taken_where_the_original_takes_them(
    packed: Callable[[str], ModelPackage],
):
    columns = packed("missing_forest").manifest.inputs[0].columns

    assert all(column.missing for column in columns)


def test_code_of_the_users_own_is_in_the_package(
    packed: Callable[[str], ModelPackage],
):
    manifest = packed("own_transformer").manifest

    assert manifest.flavour == "python"
    assert {"code/ratios.py", "artifacts/model.pkl"} <= manifest.files.keys()


@pytest.mark.proof
def test_the_figures_of_every_model_are_kept_in_the_docs(
    packed: Callable[[str], ModelPackage],
):
    lines = [_line(packed(name)) for name in NAMES]

    DOCS.parent.mkdir(exist_ok=True)
    head = _HEAD.format(day=date.today(), cpus=os.cpu_count())
    DOCS.write_text(head + "\n".join(lines) + "\n")


def _line(package: ModelPackage) -> str:
    evidence = read_evidence(package.path, package.identity)
    assert evidence.parity
    assert evidence.measured
    assert evidence.origin
    size = sum((package.path / one).stat().st_size for one in package.manifest.files)
    rows = evidence.parity.rows + evidence.parity.edge_rows
    return (
        f"| {package.name} | {evidence.origin.format} | {package.manifest.flavour} "
        f"| {rows} | {evidence.parity.largest_difference:.1g} | {size / 1024:.0f} kB "
        f"| {evidence.measured.original_row_seconds * 1e6:.0f} µs "
        f"| {evidence.measured.row_seconds * 1e6:.0f} µs |"
    )
