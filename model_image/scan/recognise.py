"""What a model was saved as, told by its content: names lie, and so do extensions."""

import os
import stat
import zlib
from lzma import LZMAError
from pathlib import Path

from model_image.errors import PackError
from model_image.scan import protobuf
from model_image.scan.archive import archive
from model_image.scan.format import Format
from model_image.scan.keras import CONFIG
from model_image.scan.mapped import mapped
from model_image.scan.mlflow import DESCRIPTION
from model_image.scan.savedmodel import GRAPH
from model_image.scan.skops import SCHEMA
from model_image.server.unpacked import UnpackedError, compression, unpacked

KNOWN = (
    "scikit-learn (.pkl, .joblib, .skops), XGBoost (.json, .ubj), LightGBM (.txt), "
    "ONNX, TorchScript (.pt), Keras (.keras, .h5), a SavedModel or an MLflow folder"
)

_HEAD = 4_096
# First bytes of pickles of protocol 0 and 1: a mark, a name, something empty.
_OLD_PICKLE = b"(c]}"


def recognise(path: Path) -> Format:
    """The format of a file or folder; PackError says what else it is."""
    kind = _kind(path)
    if stat.S_ISLNK(kind):
        raise PackError(f"{path} is a link; give the file or folder itself")
    if stat.S_ISDIR(kind):
        return _folder(path)
    if not stat.S_ISREG(kind):
        raise PackError(f"{path} is a device, pipe or socket; give a file or folder")
    head = _head(path)
    if not head:
        raise PackError(f"{path} is empty; save the model again")
    if head.startswith(b"PK\x03\x04"):
        return _zip(path)
    found = _plain(path, head)
    if not found:
        raise PackError(f"{path} is not a model of a known format; give {KNOWN}")
    return found


def _kind(path: Path) -> int:
    try:
        return os.lstat(path).st_mode
    except OSError as error:
        raise PackError(
            f"{path} cannot be read ({error.strerror}); give a file or folder"
        ) from None
    except ValueError:
        raise PackError(f"{str(path)!r} is no name of a file") from None


def _head(path: Path) -> bytes:
    """The first bytes, of what is inside where the file is compressed."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if not compression(head):
            return head
        with unpacked(path) as file:
            return file.read(_HEAD)
    except UnpackedError as error:
        raise PackError(f"{path}: {error}; save it with zlib, gzip or xz") from None
    except (OSError, EOFError, zlib.error, LZMAError) as error:
        raise PackError(
            f"{path} cannot be read ({error or type(error).__name__}); save the model "
            "again"
        ) from None


def _folder(path: Path) -> Format:
    if (path / DESCRIPTION).is_file():
        return Format.MLFLOW
    if (path / GRAPH).is_file():
        return Format.SAVEDMODEL
    raise PackError(
        f"{path} is a folder with neither {GRAPH} nor {DESCRIPTION}; give {KNOWN}"
    )


def _zip(path: Path) -> Format:
    with archive(path) as opened:
        names = set(opened.namelist())
    if CONFIG in names:
        return Format.KERAS
    if SCHEMA in names:
        return Format.SKOPS
    inner = {name.partition("/")[2] for name in names}
    if "constants.pkl" in inner and any(name.startswith("code/") for name in inner):
        return Format.TORCHSCRIPT
    if "data.pkl" in inner:
        raise PackError(
            f"{path} is a checkpoint of PyTorch, weights without the model; save the "
            "model with `torch.jit.script(model).save(FILE)`"
        )
    if names and all(name.endswith(".npy") for name in names):
        raise PackError(f"{path} is a .npz of arrays, not a model; give {KNOWN}")
    raise PackError(f"{path} is a zip file that is no model; give {KNOWN}")


def _plain(path: Path, head: bytes) -> Format | None:
    if head.startswith(b"\x89HDF\r\n\x1a\n"):
        return Format.KERAS
    if head.startswith((b"tree\nversion=", b"tree\r\nversion=")):
        return Format.LIGHTGBM
    if head.startswith(b"{L") or head.lstrip()[:1] == b"{":
        return _json(path, head)
    if head.startswith(b"\x93NUMPY"):
        raise PackError(f"{path} is a .npy array, not a model; give {KNOWN}")
    if head[8:9] == b"{" and head[9:].lstrip()[:1] == b'"' and head[7] == 0:
        raise PackError(
            f"{path} is a safetensors file, weights without the model; save the model "
            "with `torch.jit.script(model).save(FILE)`"
        )
    if head[0] == 0x80 and len(head) > 1 and 2 <= head[1] <= 5:
        return _pickle(path, head)
    if _is_onnx(path):
        return Format.ONNX
    if head[:1] in (b"(", b"c", b"]", b"}") and _ends_with_stop(path):
        return Format.PICKLE
    return None


def _json(path: Path, head: bytes) -> Format:
    if b"learner" in head or b"version" in head:
        return Format.XGBOOST
    raise PackError(f"{path} is JSON, but no model of XGBoost; give {KNOWN}")


def _pickle(path: Path, head: bytes) -> Format:
    # The number that torch.save wrote first, before it made zip files.
    if b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19." in head:
        raise PackError(
            f"{path} is a checkpoint of an old PyTorch; save the model with "
            "`torch.jit.script(model).save(FILE)`"
        )
    return Format.PICKLE


def _is_onnx(path: Path) -> bool:
    """A message with a version and a graph whose fields end where the file ends."""
    try:
        with mapped(path) as data:
            found = {each.number for each in protobuf.fields(data, 0, len(data))}
    except (protobuf.DamagedMessage, PackError, ValueError):
        return False
    return {1, 7} <= found


def _ends_with_stop(path: Path) -> bool:
    with mapped(path) as data:
        return data[-1:] == b"."
