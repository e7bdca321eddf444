"""TorchScript archives: their pickles, and what their code asks of PyTorch."""

import re
from pathlib import Path
from zipfile import ZipFile

from model_image.errors import PackError
from model_image.scan.archive import archive, contents
from model_image.scan.format import Format
from model_image.scan.pickles import follow
from model_image.scan.report import Scan
from model_image.scan.stream.machine import Machine
from model_image.scan.stream.steps import STEPS
from model_image.scan.stream.values import Name
from model_image.scan.verdict import SCANNER, refuse_names, scanner_version

_MOST_PICKLE = 512 << 20
_MOST_CODE = 64 << 20
# PyTorch reads these itself: they make tensors, and objects of the code beside them.
_ALLOWED = re.compile(
    r"__torch__\.(?!torch\.classes\.(?!quantized\.))[\w.]+|collections\.OrderedDict"
    r"|torch\._utils\._rebuild_(?:q?tensor(?:_v2)?|parameter|device_tensor_\w+)"
    r"|torch\.(?:\w+Storage|device|per_\w+_affine|storage\.\w+Storage|q?u?int\w+)"
    r"|torch\.jit\._pickle\.(?:build_\w+|restore_type_tag)"
)
_QUIET = re.compile(rb"#[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_TRIPLE = re.compile(rb"\"{3}|'{3}")
# Whatever stands before the dot: torch itself may have been given another name.
_REFUSED = re.compile(
    rb"\.\s*(from_file|save|load|import_|rpc_async|rpc_sync|rpc_remote|unpickle|pickle"
    rb"|_save_parameter|open|save_to_file)\s*\("
)
_OPERATION = re.compile(rb"\bops\b\s*(?:\.\s*(\w+)\s*(?:\.\s*(\w+))?)?")
_NAMESPACES = re.compile(
    rb"aten|prims?|_?quantized|prepacked|torchvision|torchaudio|inductor|sparse"
    rb"|mkldnn|mkldnn_prepacked|xnnpack"
)
_SHIPPED = re.compile(rb"\bclasses\s*\.\s*(?!quantized\b)(\w+)")


def scan_torchscript(path: Path, trusted: frozenset[str]) -> Scan:
    """An archive whose pickles make tensors and whose code computes."""
    names: set[str] = set()
    with archive(path) as opened:
        for member in opened.namelist():
            if member.endswith((".pkl", ".debug_pkl")):
                names |= {str(name) for name in _pickled(path, opened, member)}
            elif "/code/" in member and not member.endswith("/"):
                code = contents(path, opened, member, _MOST_CODE)
                names |= _asked(path, member, code)
    refused = {name for name in names if not _ALLOWED.fullmatch(name)}
    refuse_names(path, refused, "reach beyond tensors", trusted)
    return Scan(
        format=Format.TORCHSCRIPT,
        scanner=SCANNER,
        scanner_version=scanner_version(),
        globals=tuple(sorted(names)),
    )


def _pickled(path: Path, opened: ZipFile, member: str) -> set[Name]:
    machine = Machine(contents(path, opened, member, _MOST_PICKLE), steps=STEPS)
    machine.persistent = True
    if failure := follow(machine):
        raise PackError(
            f"{path} holds {member}, which cannot be followed to its end ({failure}); "
            "save the model again with `torch.jit.save`"
        )
    return machine.names


def _asked(path: Path, member: str, code: bytes) -> set[str]:
    """The operations in code that do more than compute, or that nobody knows."""
    if _TRIPLE.search(code):
        raise PackError(
            f"{path} holds {member}, with quotes that PyTorch does not write; save the "
            "model again with `torch.jit.save`"
        )
    spoken = _QUIET.sub(b" ", code)
    asked = {f"torch.ops.aten.{name.decode()}" for name in _REFUSED.findall(spoken)}
    asked |= {f"torch.classes.{name.decode()}" for name in _SHIPPED.findall(spoken)}
    for space, operation in _OPERATION.findall(spoken):
        if not _NAMESPACES.fullmatch(space):
            asked.add(f"torch.ops.{space.decode()}.{operation.decode()}".strip("."))
    return asked
