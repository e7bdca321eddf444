"""A model small enough to count by hand, and what it was trained on."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from prometheus_client.parser import text_string_to_metric_families

from model_image.server.manifest import Column, Input, Manifest, Output
from model_image.server.metrics import Metrics
from model_image.server.profile import Categories, Distribution, Profile
from model_image.server.values import Array

MANIFEST = Manifest(
    schema=1,
    name="loans",
    version="1.2.0",
    description="Whether a loan is paid back.",
    licence="MIT",
    source="made up",
    flavour="onnx",
    inputs=(
        Input("numbers", "FP32", (-1, 2), (Column("age", True), Column("income"))),
        Input("city", "BYTES", (-1,)),
    ),
    outputs=(
        Output("label", "INT64", (-1,), labels=("late", "paid")),
        Output("probabilities", "FP32", (-1, 2), columns=("late", "paid")),
    ),
    files={"model.onnx": f"sha256:{0:064x}", "example.json": f"sha256:{0:064x}"},
)
PROFILE = Profile(
    1000,
    {
        "age": Distribution([20.0, 40.0, 60.0], [200, 300, 300, 150], 50),
        "income": Distribution([0.0], [500, 500]),
        "city": Categories({"Rome": 600, "Oslo": 300, "(other)": 100}),
    },
    {
        "label": Categories({"paid": 700, "late": 300}),
        "probabilities.late": Distribution([0.5], [700, 300]),
        "probabilities.paid": Distribution([0.5], [300, 700]),
    },
)
UNKNOWN = Profile(0, {}, {})


def changed(part: Any, **fields: Any) -> Any:
    """The same part of a manifest but for these fields."""
    return msgspec.structs.replace(part, **fields)


def rows(*each: tuple[float, float, str | None]) -> dict[str, Array]:
    """The model's inputs: age, income and city of each row."""
    numbers = np.array([row[:2] for row in each], np.float32)
    return {"numbers": numbers, "city": np.array([row[2] for row in each], object)}


def answers(*paid: float) -> dict[str, Array]:
    """The model's outputs for rows that are paid back with these probabilities."""
    sure = np.array(paid, np.float32)
    return {
        "label": (sure > 0.5).astype(np.int64),
        "probabilities": np.stack([1 - sure, sure], axis=1),
    }


def as_trained(count: int) -> tuple[dict[str, Array], dict[str, Array]]:
    """Requests that fall into the bins as the training data did."""
    ages = np.repeat([10, 30, 50, 70, np.nan], [4, 6, 6, 3, 1])
    incomes = np.tile([-1, 1], 10)
    cities = np.repeat(np.array(["Rome", "Oslo", "Bern"], object), [12, 6, 2])
    paid = np.repeat([0.9, 0.1], [14, 6])
    columns = [np.resize(each, count) for each in (ages, incomes, cities)]
    inputs = rows(*zip(*columns, strict=True))
    return inputs, answers(*np.resize(paid, count))


def values(metrics: Metrics) -> Mapping[tuple[Any, ...], float]:
    """The samples of the page by name and the labels' values, sorted by label."""
    page, _ = metrics.page()
    return {
        (
            sample.name,
            *(value for _, value in sorted(sample.labels.items())),
        ): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }
