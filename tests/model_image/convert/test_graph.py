"""Graphs whose outputs are tensors under the names that callers see."""

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper

from model_image.convert.graph import finished, flattened, renamed

NUMBERS = np.array([[0.25, 0.75]], np.float32)


def graph(
    nodes: list[onnx.NodeProto], outputs: list[onnx.ValueInfoProto]
) -> onnx.ModelProto:
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2])
    made = helper.make_graph(nodes, "graph", [x], outputs)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(made, opset_imports=opsets, ir_version=8)


def tensor(name: str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 2])


def mapped() -> onnx.ModelProto:
    kind = helper.make_map_type_proto(
        TensorProto.STRING, helper.make_tensor_type_proto(TensorProto.FLOAT, [])
    )
    many = helper.make_value_info("chances", helper.make_sequence_type_proto(kind))
    nodes = [
        helper.make_node("Identity", ["x"], ["inner"]),
        helper.make_node(
            "ZipMap",
            ["inner"],
            ["chances"],
            domain="ai.onnx.ml",
            classlabels_strings=["no", "yes"],
        ),
    ]
    return graph(nodes, [many])


def answers(model: bytes) -> dict[str, np.ndarray]:
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_outputs()]
    made = session.run(names, {"x": NUMBERS})
    return {name: np.asarray(one) for name, one in zip(names, made, strict=True)}


def test_a_map_becomes_the_matrix_it_was_made_of():
    model = mapped()

    assert flattened(model) == {"inner": "chances"}
    np.testing.assert_array_equal(
        answers(finished(model, {"inner": "chances"}))["chances"], NUMBERS
    )


def test_a_sequence_becomes_the_tensors_in_it():
    nodes = [
        helper.make_node("Identity", ["x"], ["first"]),
        helper.make_node("Neg", ["x"], ["second"]),
        helper.make_node("SequenceConstruct", ["first", "second"], ["both"]),
    ]
    many = helper.make_tensor_sequence_value_info("both", TensorProto.FLOAT, None)
    model = graph(nodes, [many])

    found = answers(finished(model, flattened(model)))

    assert list(found) == ["both_0", "both_1"]
    np.testing.assert_array_equal(found["both_1"], -NUMBERS)


def test_a_name_that_the_graph_uses_inside_makes_way():
    nodes = [
        helper.make_node("Neg", ["x"], ["label"]),
        helper.make_node("Neg", ["label"], ["out"]),
    ]

    found = answers(renamed(graph(nodes, [tensor("out")]), ["label"]))

    np.testing.assert_array_equal(found["label"], NUMBERS)


def test_outputs_that_nobody_asked_for_are_left_out():
    nodes = [
        helper.make_node("Identity", ["x"], ["a"]),
        helper.make_node("Neg", ["x"], ["b"]),
    ]

    found = answers(renamed(graph(nodes, [tensor("a"), tensor("b")]), ["only"]))

    assert list(found) == ["only"]


def test_a_locale_that_no_image_has_is_replaced():
    text = helper.make_tensor_value_info("x", TensorProto.STRING, [None])
    out = helper.make_tensor_value_info("y", TensorProto.STRING, [None])
    lower = helper.make_node(
        "StringNormalizer",
        ["x"],
        ["y"],
        case_change_action="LOWER",
        locale="tlh_KX.UTF-8",
    )
    made = helper.make_graph([lower], "graph", [text], [out])
    opsets = [helper.make_opsetid("", 17)]
    model = helper.make_model(made, opset_imports=opsets, ir_version=8)

    session = ort.InferenceSession(renamed(model, ["y"]))
    (said,) = session.run(None, {"x": np.array(["LOUD"], object)})

    assert np.asarray(said).tolist() == ["loud"]


@pytest.mark.parametrize("name", ["graph", "another"])
def test_the_bytes_do_not_depend_on_what_the_graph_was_called(name: str):
    def called(words: str) -> bytes:
        nodes = [helper.make_node("Neg", ["x"], ["y"])]
        model = graph(nodes, [tensor("y")])
        model.graph.name, model.doc_string = words, words
        return renamed(model, ["y"])

    assert called(name) == called("third")
