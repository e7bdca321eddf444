"""XGBoost's own files, JSON and UBJSON: trees as numbers, with nothing to call."""

import re
from pathlib import Path

import msgspec

from model_image.errors import PackError
from model_image.scan.format import Format
from model_image.scan.mapped import mapped
from model_image.scan.report import Scan
from model_image.scan.stream.machine import Buffer
from model_image.scan.verdict import SCANNER, scanner_version

# UBJSON: a key of 7 characters, then an array of 3 numbers, each behind its type.
_VERSION = re.compile(
    rb"L\x00{7}\x07version\[#L\x00{7}\x03" + rb"(?:[iU](.)|I(..)|l(.{4})|L(.{8}))" * 3,
    re.DOTALL,
)


class _Model(msgspec.Struct):
    learner: msgspec.Raw
    version: tuple[int, int, int]


def scan_xgboost(path: Path) -> Scan:
    """The version of a booster in a file that is whole."""
    with mapped(path) as data:
        found = _json_version(path, data) or booster_version(data)
        if not found or data[-1:].strip() not in (b"}", b""):
            raise PackError(
                f"{path} has no version of XGBoost in it; save the model again with "
                "`model.save_model(FILE)`"
            )
    return Scan(
        format=Format.XGBOOST,
        scanner=SCANNER,
        scanner_version=scanner_version(),
        libraries={"xgboost": found},
    )


def booster_version(data: Buffer) -> str:
    """The version of XGBoost that wrote UBJSON, or `""`."""
    found = _VERSION.search(data)
    parts = [part for part in found.groups() if part is not None] if found else []
    return ".".join(str(int.from_bytes(part, "big")) for part in parts)


def _json_version(path: Path, data: Buffer) -> str:
    if data[:2] == b"{L":
        return ""
    try:
        version = msgspec.json.decode(data, type=_Model).version
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PackError(
            f"{path} is no whole model of XGBoost ({error}); save it again with "
            "`model.save_model(FILE)`"
        ) from None
    return ".".join(map(str, version))
