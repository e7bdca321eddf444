"""An ONNX graph made fit for a package: outputs named and chosen, bytes repeatable."""

from collections.abc import Mapping

from onnx import GraphProto, ModelProto


def finished(model: ModelProto, outputs: Mapping[str, str]) -> bytes:
    """
    The model with only these outputs, renamed, as bytes that are always the same.

    `outputs` maps names in the graph to the names that callers see.
    """
    _rename(model.graph, outputs)
    kept = {one.name: one for one in model.graph.output}
    chosen = [kept[name] for name in outputs.values()]
    del model.graph.output[:]
    model.graph.output.extend(chosen)
    model.graph.name = "model"
    model.doc_string = ""
    return model.SerializeToString(deterministic=True)


def _rename(graph: GraphProto, names: Mapping[str, str]) -> None:
    for node in graph.node:
        node.input[:] = [names.get(one, one) for one in node.input]
        node.output[:] = [names.get(one, one) for one in node.output]
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                _rename(inner, names)
    for value in (*graph.output, *graph.value_info):
        value.name = names.get(value.name, value.name)
