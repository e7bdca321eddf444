"""TensorFlow SavedModels: which operations they hold, and where their files lead."""

import re
from collections.abc import Mapping
from pathlib import Path

from model_image.errors import PackError
from model_image.scan import protobuf
from model_image.scan.format import Format
from model_image.scan.mapped import mapped
from model_image.scan.report import Scan
from model_image.scan.stream.machine import Buffer
from model_image.scan.verdict import SCANNER, refuse_names, scanner_version

GRAPH = "saved_model.pb"

# saved_model.proto, meta_graph.proto, graph.proto, function.proto.
_PARTS: Mapping[str, Mapping[int, str]] = {
    "model": {2: "meta"},
    "meta": {1: "about", 2: "graph"},
    "graph": {1: "node", 2: "library"},
    "library": {1: "function"},
    "function": {3: "node"},
}
# Operations that touch files, the network, another process or Python. Saving and
# restoring is not among them: every SavedModel carries it for its own variables.
_REFUSED = re.compile(
    r"(?:Eager)?PyFunc(?:Stateless)?|ReadFile|WriteFile|WholeFileReader\w*|MatchingFiles"
    r"|\w*(?:TextLine|TFRecord|FixedLength|LMDB|Identity)(?:Reader|Dataset)\w*"
    r"|Save|SaveSlices|Restore|RestoreSlice|(?:Save|Load|Snapshot|Cache|Sql)Dataset\w*"
    r"|DataService\w*|RegisterDataset\w*|Rpc\w*|TryRpc|\w*Grpc\w*|Bigtable\w*|Kafka\w*"
    r"|\w*Summary\w*Writer\w*|\w*Summary(?:Db|Event)\w*|WriteSummary|PrintV2|Debug\w+"
    r"|InitializeTableFromTextFile(?:V2)?|InitializeTableFromDataset|XlaLaunch\w*"
    r"|Tpu\w+|TPU\w+|\w*Dlopen\w*|LoadLibrary|Remote\w*|_?HostSend|_?HostRecv"
    r"|Collective\w+|Nccl\w+|GenerateVocabRemapping|LoadAndRemapMatrix|Stage\w*Peek"
    r"|DatasetFromGraph|ExperimentalDataset\w+|DecodeProto\w*|EncodeProto"
)
_MOST_NAMES = 100_000
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,30}")


def scan_savedmodel(folder: Path, trusted: frozenset[str]) -> Scan:
    """A folder whose operations compute, and whose files are its own."""
    _check_files(folder)
    operations: set[str] = set()
    versions: set[str] = set()
    with mapped(folder / GRAPH) as data:
        try:
            _walk(data, "model", 0, len(data), operations, versions)
        except protobuf.DamagedMessage as damage:
            raise PackError(
                f"{folder / GRAPH} is damaged ({damage}); export the model again"
            ) from None
    if not operations:
        raise PackError(f"{folder / GRAPH} has no graph in it; export the model again")
    names = refuse_names(
        folder,
        (f"tensorflow.{each}" for each in operations if _REFUSED.fullmatch(each)),
        "touch files, the network or Python",
        trusted,
    )
    return Scan(
        format=Format.SAVEDMODEL,
        scanner=SCANNER,
        scanner_version=scanner_version(),
        globals=names,
        libraries=dict.fromkeys(
            ["tensorflow"] if versions else [], max(versions, default="")
        ),
    )


def _check_files(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise PackError(
                f"{path} is a link or device, which may lead out of {folder}; put the "
                "file itself there"
            )


def _walk(
    data: Buffer,
    kind: str,
    start: int,
    end: int,
    operations: set[str],
    versions: set[str],
) -> None:
    parts = _PARTS.get(kind, {})
    for field in protobuf.fields(data, start, end):
        if field.number in parts:
            if field.kind != protobuf.BYTES:
                raise protobuf.DamagedMessage(f"a number in place of a {kind}'s part")
            part = parts[field.number]
            _walk(data, part, field.start, field.end, operations, versions)
        elif (kind, field.number) == ("node", 2):
            operations.add(protobuf.text(data, field))
        elif (kind, field.number) == ("about", 5):
            version = protobuf.text(data, field)
            if _VERSION.fullmatch(version):
                versions.add(version)
    if len(operations) > _MOST_NAMES:
        raise protobuf.DamagedMessage("more operations than there are")
