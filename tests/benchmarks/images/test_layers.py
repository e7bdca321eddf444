"""A layer is what the line of the Dockerfile says that made it."""

import pytest

from tests.benchmarks.images.contestant import (
    BENTOML_MARKS,
    MLFLOW_MARKS,
    SLIPWAY_MARKS,
)
from tests.benchmarks.images.layers import Layer, creators, kind, total


@pytest.mark.parametrize(
    ("marks", "creator", "expected"),
    [
        (SLIPWAY_MARKS, "COPY /root-fs/ / # buildkit", "base"),
        (SLIPWAY_MARKS, "COPY /dependencies/ / # buildkit", "dependencies"),
        (SLIPWAY_MARKS, "COPY /code/ / # buildkit", "code"),
        (SLIPWAY_MARKS, "WORKDIR /app", "code"),
        (SLIPWAY_MARKS, "COPY /tmp/layer/ / # buildkit", "model"),
        (BENTOML_MARKS, "COPY . ./ # buildkit", "model"),
        (BENTOML_MARKS, "COPY --chown=bentoml:bentoml . ./ # buildkit", "model"),
        (BENTOML_MARKS, "COPY ./env/python ./env/python/ # buildkit", "code"),
        (
            BENTOML_MARKS,
            "RUN |2 A=1 /bin/sh -c uv pip install # buildkit",
            "dependencies",
        ),
        (MLFLOW_MARKS, "COPY model_dir/saved /opt/ml/model # buildkit", "model"),
        (
            MLFLOW_MARKS,
            "RUN /bin/sh -c C.deps('/opt/ml/model') # buildkit",
            "dependencies",
        ),
        (MLFLOW_MARKS, "WORKDIR /opt/mlflow", "code"),
    ],
)
def test_the_line_says_what_a_layer_is_for(marks, creator, expected):
    assert kind(creator, marks) == expected


def test_lines_that_make_no_layer_are_left_out():
    history = [
        {"comment": "Imported from -"},
        {"created_by": "ENV A=1", "empty_layer": True},
        {"created_by": "COPY a b"},
    ]

    assert creators({"history": history}) == ["", "COPY a b"]


def test_layers_of_some_kinds_are_added_up():
    found = [Layer("base", 1, 10), Layer("code", 2, 20), Layer("model", 4, 40)]

    assert total(found, "base", "model") == Layer("base and model", 5, 50)
    assert total(found) == Layer("all", 7, 70)
