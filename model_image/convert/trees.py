"""scikit-learn's trees as they are: in single precision, and with missing values."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper
from skl2onnx.common import tree_ensemble
from skl2onnx.operator_converters import (
    decision_tree,
    gradient_boosting,
    isolation_forest,
    random_forest,
)

_CONVERTERS: tuple[Any, ...] = (
    decision_tree,
    gradient_boosting,
    isolation_forest,
    random_forest,
)
_FLOAT, _DOUBLE = TensorProto.FLOAT, TensorProto.DOUBLE
_LARGEST = np.finfo(np.float32).max
_TRACKS = "nodes_missing_value_tracks_true"


def register() -> None:
    """Let skl2onnx carry where a missing value goes, in every ensemble."""
    for converter in _CONVERTERS:
        converter.add_tree_to_attribute_pairs = _with_missing


def in_floats(model: ModelProto) -> None:
    """Let the trees see single precision, to which scikit-learn rounds before them."""
    kinds = {one.type.tensor_type.elem_type for one in model.graph.input}
    nodes = []
    for node in model.graph.node:
        trees = node.op_type.startswith("TreeEnsemble")
        if trees:
            nodes.append(_cast(node.input, f"rounded for {node.output[0]}", _FLOAT))
            node.input[0] = nodes[-1].output[0]
        nodes.append(node)
        if trees and node.op_type.endswith("Regressor") and _DOUBLE in kinds:
            # What follows was made for doubles, and trees give single precision.
            named = node.output[0]
            node.output[0] = f"{named} of trees"
            nodes.append(_cast(node.output, named, _DOUBLE))
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _cast(given: Sequence[str], output: str, to: int) -> NodeProto:
    return helper.make_node("Cast", [given[0]], [output], to=to)


def _with_missing(
    pairs: Any, classifies: bool, tree: Any, *rest: Any, **how: Any
) -> None:
    # A split of missing from present is at infinity, at which skl2onnx never ends.
    finite = SimpleNamespace(
        node_count=tree.node_count,
        value=tree.value,
        children_left=tree.children_left,
        children_right=tree.children_right,
        feature=tree.feature,
        threshold=np.clip(tree.threshold, -_LARGEST, _LARGEST),
    )
    how["dtype"] = np.float32
    tree_ensemble.add_tree_to_attribute_pairs(pairs, classifies, finite, *rest, **how)
    goes_left = getattr(tree, "missing_go_to_left", None)
    if goes_left is not None:
        pairs[_TRACKS][-tree.node_count :] = [int(one) for one in goes_left]
