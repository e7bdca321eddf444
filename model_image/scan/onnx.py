"""ONNX models: which operators they name, and which files outside they point to."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from model_image.errors import PackError
from model_image.scan import protobuf
from model_image.scan.format import Format
from model_image.scan.mapped import mapped
from model_image.scan.report import Scan
from model_image.scan.stream.machine import Buffer
from model_image.scan.verdict import SCANNER, refuse_names, scanner_version

# Which fields of each message lead to others, by number (onnx.proto).
_PARTS: Mapping[str, Mapping[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {
        5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse",
    },
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "outside"},
}  # fmt: skip
_DEEPEST = 60
_STANDARD = ("", "ai.onnx", "ai.onnx.ml")
# Of onnxruntime's own, what its optimizer and its quantizer put into models.
_CONTRIBUTED = re.compile(
    "Attention|BiasGelu|DequantizeLinear|DynamicQuantizeMatMul|EmbedLayerNormalization"
    "|FastGelu|FusedConv|FusedGemm|FusedMatMul|Gelu|GroupQueryAttention"
    "|MatMulInteger16|MatMulIntegerToFloat|MatMulNBits|MultiHeadAttention|NhwcMaxPool"
    "|QAttention|QGemm|QLinear[A-Z][A-Za-z]+|QuantizeLinear|QuickGelu|RotaryEmbedding"
    "|(?:Skip)?(?:Simplified)?LayerNormalization"
)


class _Found:
    """What a walk through a model met."""

    def __init__(self) -> None:
        self.operators: set[tuple[str, str]] = set()
        self.functions: set[tuple[str, str]] = set()
        self.outside: set[str] = set()


def scan_onnx(path: Path, trusted: frozenset[str]) -> Scan:
    """The operators of a model, every one of which the runtime brings."""
    found = _Found()
    with mapped(path) as data:
        try:
            _walk(data, "model", 0, len(data), found, 0)
            producer = _producer(data)
        except (protobuf.DamagedMessage, RecursionError) as damage:
            raise PackError(
                f"{path} is no whole ONNX model ({damage}); export the model again"
            ) from None
    for location in sorted(found.outside):
        _check_outside(path, location)
    custom = found.operators - found.functions
    names = refuse_names(
        path,
        (f"{domain}.{name}" for domain, name in custom if not _is_known(domain, name)),
        "are operators that the runtime does not bring",
        trusted,
    )
    return Scan(
        format=Format.ONNX,
        scanner=SCANNER,
        scanner_version=scanner_version(),
        globals=names,
        libraries=producer,
    )


def _is_known(domain: str, name: str) -> bool:
    return domain in _STANDARD or (
        domain == "com.microsoft" and bool(_CONTRIBUTED.fullmatch(name))
    )


def _walk(
    data: Buffer, kind: str, start: int, end: int, found: _Found, depth: int
) -> None:
    if depth > _DEEPEST:
        raise protobuf.DamagedMessage("graphs nested too deeply")
    parts = _PARTS.get(kind, {})
    texts: dict[int, str] = {}
    for field in protobuf.fields(data, start, end):
        if field.number in parts:
            if field.kind != protobuf.BYTES:
                raise protobuf.DamagedMessage(f"a number in place of a {kind}'s part")
            part = parts[field.number]
            _walk(data, part, field.start, field.end, found, depth + 1)
        elif (kind, field.number) in _TEXTS:
            texts[field.number] = protobuf.text(data, field)
    _note(kind, texts, found)


_TEXTS = {
    ("node", 4), ("node", 7), ("function", 1), ("function", 10),
    ("outside", 1), ("outside", 2),
}  # fmt: skip


def _note(kind: str, texts: dict[int, str], found: _Found) -> None:
    if kind == "node":
        found.operators.add((texts.get(7, ""), texts.get(4, "")))
    elif kind == "function":
        found.functions.add((texts.get(10, ""), texts.get(1, "")))
    elif kind == "outside" and texts.get(1) == "location":
        found.outside.add(texts.get(2, ""))


def _check_outside(path: Path, location: str) -> None:
    """Weights beside a model are files beside it, under a name without turns."""
    pure = PurePosixPath(location)
    turns = pure.is_absolute() or ".." in pure.parts or "\\" in location
    if turns or not location.isprintable() or not location:
        raise PackError(
            f"{path} has weights in {location!r}, outside of its folder; export the "
            "model with its weights inside, or beside it"
        )
    target = path.parent
    for part in pure.parts:
        target /= part
        if target.is_symlink():
            raise PackError(
                f"{target}, weights of {path}, is a link; put the file there"
            )
    if not target.is_file():
        raise PackError(
            f"{path} has weights in {location}, which is not beside it; put it there, "
            "or export the model with its weights inside"
        )


def _producer(data: Buffer) -> dict[str, Any]:
    texts = {
        field.number: protobuf.text(data, field)
        for field in protobuf.fields(data, 0, len(data))
        if field.number in (2, 3)
    }
    return (
        {texts[2]: texts.get(3, "")}
        if texts.get(2, "").isprintable() and 2 in texts
        else {}
    )
