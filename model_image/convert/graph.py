"""An ONNX graph made fit for a package: outputs named and chosen, bytes repeatable."""

from collections.abc import Iterator, Mapping, Sequence

from onnx import GraphProto, ModelProto, TensorProto, ValueInfoProto, helper


def flattened(model: ModelProto) -> dict[str, str]:
    """
    Turn every output into tensors; what each is called in the graph, and outside.

    A map of class and probability becomes the matrix it was made of, a sequence the
    tensors in it.
    """
    makers = {name: node for node in model.graph.node for name in node.output}
    names: dict[str, str] = {}
    outputs: list[ValueInfoProto] = []
    for output in model.graph.output:
        maker = makers.get(output.name)
        if maker is None or maker.op_type not in ("ZipMap", "SequenceConstruct"):
            names[output.name] = output.name
            outputs.append(output)
            continue
        for at, name in enumerate(maker.input):
            several = len(maker.input) > 1
            names[name] = f"{output.name}_{at}" if several else output.name
            outputs.append(_tensor(name, output))
        model.graph.node.remove(maker)
    del model.graph.output[:]
    model.graph.output.extend(outputs)
    return names


def finished(model: ModelProto, outputs: Mapping[str, str]) -> bytes:
    """
    The model with only these outputs, renamed, as bytes that are always the same.

    `outputs` maps names in the graph to the names that callers see.
    """
    graph = model.graph
    taken = {name for node in graph.node for name in node.output} - outputs.keys()
    moved = {name: _free(name, taken) for name in taken.intersection(outputs.values())}
    _rename(graph, moved | dict(outputs))
    kept = {one.name: one for one in graph.output}
    chosen = [kept[name] for name in outputs.values()]
    for one in chosen:
        # Some converters declare a single row; the graph says better what it gives.
        one.type.tensor_type.ClearField("shape")
    del graph.output[:]
    graph.output.extend(chosen)
    _place_free(graph)
    graph.name = "model"
    model.doc_string = ""
    return model.SerializeToString(deterministic=True)


def renamed(model: ModelProto, asked: Sequence[str]) -> bytes:
    """The model finished, its first outputs under these names."""
    return finished(model, dict(zip(flattened(model), asked, strict=False)))


def _place_free(graph: GraphProto) -> None:
    """An image has no locale but C; any other one could not even be loaded there."""
    for node in graph.node:
        if node.op_type == "StringNormalizer":
            others = [one for one in node.attribute if one.name != "locale"]
            del node.attribute[:]
            node.attribute.extend([*others, helper.make_attribute("locale", "C")])


def _tensor(name: str, output: ValueInfoProto) -> ValueInfoProto:
    """ZipMap takes floats only; the tensors of a sequence have the sequence's type."""
    held = output.type.sequence_type.elem_type
    kind = held.tensor_type.elem_type or TensorProto.FLOAT
    return helper.make_tensor_value_info(name, kind, None)


def _free(name: str, taken: set[str]) -> str:
    return next(one for one in _numbered(name) if one not in taken)


def _numbered(name: str) -> Iterator[str]:
    at = 1
    while True:
        yield f"{name}_{at}"
        at += 1


def _rename(graph: GraphProto, names: Mapping[str, str]) -> None:
    for node in graph.node:
        node.input[:] = [names.get(one, one) for one in node.input]
        node.output[:] = [names.get(one, one) for one in node.output]
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                _rename(inner, names)
    for value in (*graph.output, *graph.value_info):
        value.name = names.get(value.name, value.name)
