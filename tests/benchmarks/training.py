"""The models of the benchmark, made from fixed seeds: the same bytes each time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

_CHANNELS = 192
_LAYERS = 32


def linear(folder: Path) -> list[Path]:
    """A logistic regression of four columns."""
    model = LogisticRegression(max_iter=500)
    return _fitted(model, load_iris(as_frame=True), folder)


def boosting(folder: Path) -> list[Path]:
    """A hundred boosted trees over thirty columns."""
    model = HistGradientBoostingClassifier(random_state=0)
    return _fitted(model, load_breast_cancer(as_frame=True), folder)


def net(folder: Path) -> list[Path]:
    """
    A convolutional net over pictures of digits, about 20 ms a row on one processor.

    Nobody trained it: what it costs to ask is all that counts here.
    """
    graph = helper.make_graph(
        _layers(),
        "net",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["rows", 64])],
        [helper.make_tensor_value_info("chances", TensorProto.FLOAT, ["rows", 10])],
        _weights(),
    )
    opset = helper.make_opsetid("", 17)
    made = helper.make_model(graph, opset_imports=[opset], ir_version=9)
    (folder / "model.onnx").write_bytes(made.SerializeToString())
    pixels: Any = load_digits()
    np.save(folder / "sample.npy", pixels.data[:100].astype(np.float32))
    return [folder / "model.onnx"]


TRAINED: dict[str, Callable[[Path], list[Path]]] = {
    "linear": linear,
    "boosting": boosting,
    "net": net,
}


def _fitted(model: Any, data: Any, folder: Path) -> list[Path]:
    model.fit(data.data.to_numpy(), data.target)
    joblib.dump(model, folder / "model.joblib")
    pd.DataFrame(data.data).to_csv(folder / "sample.csv", index=False)
    return [folder / "model.joblib"]


def _weights() -> list[Any]:
    random = np.random.default_rng(0)
    held = [numpy_helper.from_array(np.array([-1, 1, 8, 8]), "picture")]
    for layer in range(_LAYERS):
        before = _CHANNELS if layer else 1
        weight = random.standard_normal((_CHANNELS, before, 3, 3))
        # As large as leaves the values of the next layer about as large as these.
        weight *= np.sqrt(2 / (9 * before))
        held.append(numpy_helper.from_array(weight.astype(np.float32), f"w{layer}"))
    head = random.standard_normal((_CHANNELS, 10)) / 10
    return [*held, numpy_helper.from_array(head.astype(np.float32), "head")]


def _layers() -> list[Any]:
    nodes = [helper.make_node("Reshape", ["pixels", "picture"], ["x0"])]
    for layer in range(_LAYERS):
        inputs = [f"x{layer}", f"w{layer}"]
        nodes += [
            helper.make_node("Conv", inputs, [f"c{layer}"], pads=[1, 1, 1, 1]),
            helper.make_node("Relu", [f"c{layer}"], [f"x{layer + 1}"]),
        ]
    return [
        *nodes,
        helper.make_node("GlobalAveragePool", [f"x{_LAYERS}"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("MatMul", ["flat", "head"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["chances"], axis=1),
    ]
