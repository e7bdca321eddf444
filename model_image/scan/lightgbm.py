"""LightGBM's own text files: trees as numbers, with nothing to call."""

import re
from pathlib import Path

from model_image.errors import PackError
from model_image.scan.format import Format
from model_image.scan.mapped import mapped
from model_image.scan.report import Scan
from model_image.scan.verdict import SCANNER, scanner_version

_VERSION = re.compile(rb"tree\r?\nversion=(v\d{1,3})\r?\n")
_END = re.compile(rb"^end of trees\r?$", re.MULTILINE)


def scan_lightgbm(path: Path) -> Scan:
    """The version of the text, in a file that has all its trees."""
    with mapped(path) as data:
        version = _VERSION.match(data)
        if not version or not _END.search(data):
            raise PackError(
                f"{path} has no `end of trees`, so it is cut short; save the model "
                "again with `booster.save_model(FILE)`"
            )
        found = version[1].decode()
    return Scan(
        format=Format.LIGHTGBM,
        scanner=SCANNER,
        scanner_version=scanner_version(),
        libraries={"lightgbm": found},
    )
