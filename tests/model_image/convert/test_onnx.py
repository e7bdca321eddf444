"""A graph of the user's own is described, and freed of what a server cannot give."""

from pathlib import Path

import numpy as np
import onnx
import pandas as pd
import pytest
from onnx import TensorProto, helper, numpy_helper

from model_image.convert.onnx import load
from model_image.convert.original import Unconvertible
from model_image.convert.task import Task

FLOAT, TEXT = TensorProto.FLOAT, TensorProto.STRING
Shape = list[int | str | None]


def saved(folder: Path, *inputs: tuple[str, int, Shape], op: str = "Neg") -> Task:
    """A file with a node for each input, which repeats or changes it."""
    values = [helper.make_tensor_value_info(*one) for one in inputs]
    nodes, outputs = [], []
    for name, kind, shape in inputs:
        nodes.append(
            helper.make_node(
                op if kind == FLOAT else "Identity", [name], [f"{name}_out"]
            )
        )
        free = [None, *shape[1:]] if op == "Neg" else None
        outputs.append(helper.make_tensor_value_info(f"{name}_out", kind, free))
    made = helper.make_graph(nodes, "own", values, outputs)
    opsets = [helper.make_opsetid("", 17)]
    model = helper.make_model(made, opset_imports=opsets, ir_version=8)
    onnx.save(model, folder / "own.onnx")
    return Task("onnx", [str(folder / "own.onnx")])


def test_inputs_are_those_of_the_graph(tmp_path: Path):
    task = saved(tmp_path, ("x", FLOAT, ["rows", 3]), ("word", TEXT, [None, 1]))

    model = load(task)

    x, word = model.features
    assert (x.name, x.kind, x.shape, x.datatype) == ("x", "tensor", (3,), "FP32")
    assert (word.name, word.kind) == ("word", "text")


def test_every_output_is_answered_under_its_name(tmp_path: Path):
    model = load(saved(tmp_path, ("x", FLOAT, [None, 2]), ("y", FLOAT, [None, 1])))
    rows = pd.DataFrame({"x": [np.ones(2)] * 3, "y": [1.0, 2.0, 3.0]})

    answers = model.predict(rows)

    assert answers["x_out"].shape == (3, 2)
    assert answers["y_out"].ravel().tolist() == [-1, -2, -3]


def test_columns_of_a_table_are_named_as_in_the_sample(tmp_path: Path):
    task = saved(tmp_path, ("x", FLOAT, [None, 2]))
    (tmp_path / "rows.csv").write_text("age,height\n1,2\n3,4\n")

    model = load(Task("onnx", task.artifacts, sample=str(tmp_path / "rows.csv")))

    assert [(one.name, one.tensor) for one in model.features] == [
        ("age", "x"),
        ("height", "x"),
    ]


def test_a_graph_for_one_row_is_asked_row_by_row_and_freed(tmp_path: Path):
    model = load(saved(tmp_path, ("x", FLOAT, [1, 2])))
    rows = pd.DataFrame({"x": [np.array([1.0, 2.0]), np.array([3.0, 4.0])]})

    assert model.predict(rows)["x_out"].tolist() == [[-1, -2], [-3, -4]]
    freed = onnx.load_from_string(model.onnx([])).graph.input[0]
    assert freed.type.tensor_type.shape.dim[0].dim_param == "rows"


def test_a_graph_for_a_fixed_number_of_rows_is_refused(tmp_path: Path):
    with pytest.raises(Unconvertible, match=r"takes exactly 8 rows.*dynamic_axes"):
        load(saved(tmp_path, ("x", FLOAT, [8, 2])))


def test_an_output_without_rows_is_refused(tmp_path: Path):
    model = load(saved(tmp_path, ("x", FLOAT, [None, 2]), op="ReduceSum"))

    with pytest.raises(Unconvertible, match="'x_out' has 1 rows for 2 asked"):
        model.predict(pd.DataFrame({"x": [np.ones(2)] * 2}))


def test_weights_in_other_files_are_refused(tmp_path: Path):
    weights = numpy_helper.from_array(np.ones(2000, np.float32), "w")
    x = helper.make_tensor_value_info("x", FLOAT, [None, 2000])
    y = helper.make_tensor_value_info("y", FLOAT, [None, 2000])
    node = helper.make_node("Add", ["x", "w"], ["y"])
    model = helper.make_model(helper.make_graph([node], "own", [x], [y], [weights]))
    path = tmp_path / "own.onnx"
    onnx.save(model, path, save_as_external_data=True, location="own.data")

    with pytest.raises(Unconvertible, match="keeps weights in other files"):
        load(Task("onnx", [str(path)]))
