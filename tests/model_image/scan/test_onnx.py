"""ONNX models use operators that the runtime brings, and weights beside them."""

from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import TensorProto, helper

from model_image.errors import PackError
from model_image.scan.onnx import scan_onnx
from tests.model_image.scan.messages import field

NOBODY: frozenset[str] = frozenset()
EXAMPLE = Path("model_image/example/package/model.onnx")
X = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
Y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])


def node(operator: str = "Identity", domain: str = "", **attributes: Any) -> Any:
    return helper.make_node(operator, ["x"], ["y"], domain=domain, **attributes)


def weights(location: str) -> Any:
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    return tensor


def graph(*nodes: Any, tensors: tuple[Any, ...] = ()) -> Any:
    return helper.make_graph(nodes or [node()], "g", [X], [Y], tensors)


def saved(path: Path, made: Any, **rest: Any) -> Path:
    path.write_bytes(helper.make_model(made, **rest).SerializeToString())
    return path


def refusal(path: Path) -> str:
    with pytest.raises(PackError) as refused:
        scan_onnx(path, NOBODY)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_model_as_converters_make_it_passes() -> None:
    report = scan_onnx(EXAMPLE, NOBODY)

    assert report.globals == ()
    assert report.libraries.keys() == {"skl2onnx"}


@pytest.mark.parametrize("domain", ["ai.onnx.ml", "com.microsoft"])
def test_the_runtimes_own_operators_pass(domain: str, tmp_path: Path) -> None:
    path = saved(tmp_path / "m", graph(node("QLinearAdd", domain)))

    assert scan_onnx(path, NOBODY).globals == ()


def within(inner: Any) -> Any:
    return graph(node("If", then_branch=graph(node()), else_branch=inner))


@pytest.mark.parametrize(
    "wrap", [lambda inner: inner, within, lambda g: within(within(g))]
)
def test_a_foreign_operator_is_named_however_deep(wrap: Any, tmp_path: Path) -> None:
    path = saved(tmp_path / "m", wrap(graph(node("Run", "evil.ops"))))

    assert "evil.ops.Run" in refusal(path)
    assert scan_onnx(path, frozenset({"evil.ops.*"})).globals == ("evil.ops.Run",)


def test_a_microsoft_operator_that_nobody_needs_is_foreign(tmp_path: Path) -> None:
    assert "PythonOp" in refusal(
        saved(tmp_path / "m", graph(node("PythonOp", "com.microsoft")))
    )


def test_a_function_of_the_model_is_known_and_looked_into(tmp_path: Path) -> None:
    def function(operator: Any) -> Any:
        opsets = [helper.make_opsetid("", 20)]
        return helper.make_function("mine", "Twice", ["x"], ["y"], [operator], opsets)

    call = graph(node("Twice", "mine"))

    good = saved(tmp_path / "good", call, functions=[function(node())])
    bad = saved(tmp_path / "bad", call, functions=[function(node("Run", "evil"))])

    assert scan_onnx(good, NOBODY).globals == ()
    assert "evil.Run" in refusal(bad)


@pytest.mark.parametrize(
    "location", ["/etc/passwd", "../up.bin", "a/../../up.bin", "a\\b", "", "a\nb"]
)
def test_weights_outside_of_the_folder_are_refused(
    location: str, tmp_path: Path
) -> None:
    path = saved(tmp_path / "m", graph(tensors=(weights(location),)))

    assert "outside of its folder" in refusal(path)


def test_weights_within_an_attribute_are_found(tmp_path: Path) -> None:
    path = saved(tmp_path / "m", graph(node("Constant", value=weights("/etc/passwd"))))

    assert "/etc/passwd" in refusal(path)


def test_weights_beside_the_model_must_be_files(tmp_path: Path) -> None:
    path = saved(tmp_path / "m", graph(tensors=(weights("w.bin"),)))
    assert "not beside it" in refusal(path)

    (tmp_path / "w.bin").symlink_to("/etc/passwd")
    assert "is a link" in refusal(path)

    (tmp_path / "w.bin").unlink()
    (tmp_path / "w.bin").write_bytes(bytes(4))
    assert scan_onnx(path, NOBODY)


@pytest.mark.parametrize("missing", [1, 2, 10, 100, 1000])
def test_a_truncated_model_is_refused(missing: int, tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(EXAMPLE.read_bytes()[:-missing])

    with pytest.raises(PackError, match="no whole ONNX model"):
        scan_onnx(tmp_path / "m", NOBODY)


def test_graphs_without_end_are_refused(tmp_path: Path) -> None:
    inner = b""
    for _ in range(100):
        inner = field(1, field(5, field(6, inner)))
    (tmp_path / "m").write_bytes(field(1, 8) + field(7, inner))

    assert "nested too deeply" in refusal(tmp_path / "m")


def test_onnx_reads_the_same_operators(tmp_path: Path) -> None:
    model = onnx.load(str(EXAMPLE))
    model.graph.node[0].domain = "other"
    onnx.save(model, str(tmp_path / "m"))

    assert f"other.{model.graph.node[0].op_type}" in refusal(tmp_path / "m")
