"""
Looking at what somebody gives to `pack` before anything loads it.

Everything here runs in the host process, so nothing is unpickled, no model library is
imported, and time and memory stay bounded whatever the file holds.
"""

from pathlib import Path

import msgspec

from model_image.scan.format import Format
from model_image.scan.keras import scan_keras
from model_image.scan.lightgbm import scan_lightgbm
from model_image.scan.mlflow import inner
from model_image.scan.onnx import scan_onnx
from model_image.scan.pickles import scan_pickle
from model_image.scan.recognise import recognise
from model_image.scan.report import Scan
from model_image.scan.savedmodel import scan_savedmodel
from model_image.scan.skops import scan_skops
from model_image.scan.torchscript import scan_torchscript
from model_image.scan.xgboost import scan_xgboost

__all__ = ["Format", "Scan", "recognise", "scan"]


def scan(
    path: Path, format: Format, *, trusted: frozenset[str], code: frozenset[str]
) -> Scan:
    """
    What a model names, where all of it is allowed; else PackError names the rest.

    `trusted` is what the operator adds to the allow-list (`module.name`, `module.*`),
    `code` the modules of the user's own code.
    """
    match format:
        case Format.PICKLE:
            return scan_pickle(path, trusted, code)
        case Format.SKOPS:
            return scan_skops(path, trusted, code)
        case Format.ONNX:
            return scan_onnx(path, trusted)
        case Format.KERAS:
            return scan_keras(path, trusted)
        case Format.TORCHSCRIPT:
            return scan_torchscript(path, trusted)
        case Format.SAVEDMODEL:
            return scan_savedmodel(path, trusted)
        case Format.XGBOOST:
            return scan_xgboost(path)
        case Format.LIGHTGBM:
            return scan_lightgbm(path)
        case Format.MLFLOW:
            return _scan_mlflow(path, trusted, code)


def _scan_mlflow(path: Path, trusted: frozenset[str], code: frozenset[str]) -> Scan:
    held = inner(path)
    format = recognise(held.path)
    found = scan(held.path, format, trusted=trusted, code=code)
    libraries = held.libraries | found.libraries
    return msgspec.structs.replace(found, libraries=libraries, python=held.python)
