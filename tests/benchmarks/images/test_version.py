"""A retrained model differs in every weight and in nothing else."""

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, load_model_from_string, numpy_helper

from model_image.package import ModelPackage
from tests.benchmarks.images.version import Version, following, retrained


def _model() -> bytes:
    weights = np.linspace(1, 2, 12, dtype=np.float32).reshape(3, 4)
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", 3])
    made = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows", 4])
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["z"]),
        helper.make_node("Reshape", ["z", "shape"], ["y"]),
    ]
    held = [
        numpy_helper.from_array(weights, "w"),
        numpy_helper.from_array(np.array([-1, 4]), "shape"),
    ]
    graph = helper.make_graph(nodes, "small", [given], [made], held)
    return helper.make_model(graph).SerializeToString()


def _held(content: bytes) -> list[np.ndarray]:
    graph = load_model_from_string(content).graph
    return [numpy_helper.to_array(one) for one in graph.initializer]


def test_every_weight_moves_a_little_and_no_shape_changes():
    (before, shape), (after, same) = _held(_model()), _held(retrained(_model(), 1))

    assert (before != after).all()
    assert np.allclose(before, after, rtol=0.1)
    assert (shape == same).all()


def test_it_is_as_large_as_before():
    assert len(retrained(_model(), 1)) == len(_model())


def test_each_training_gives_another_model_and_always_the_same():
    assert retrained(_model(), 1) == retrained(_model(), 1)
    assert retrained(_model(), 1) != retrained(_model(), 2)


def test_the_next_version_is_a_whole_package_that_differs_in_its_model_alone(tmp_path):
    shipped = ModelPackage.read(Path("model_image/example/package"))
    first = Version(shipped.version, shipped)

    package = following(first, "9.8.7", 1, tmp_path).package

    assert package.version == "9.8.7"
    assert package.identity != shipped.identity
    others = {name for name in package.manifest.files if name != "model.onnx"}
    assert others
    assert all(
        package.manifest.files[name] == shipped.manifest.files[name] for name in others
    )
