"""A model is recognised by its content, and what is none is named as what it is."""

import gzip
import io
import json
import os
import pickle
import socket
import zlib
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper

from model_image.errors import PackError
from model_image.scan import Format, recognise
from tests.model_image.scan.archives import TORCHSCRIPT, encrypted, zipped
from tests.model_image.scan.messages import saved_model

NODE = helper.make_node("Identity", ["x"], ["y"])
VALUE = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
ONNX = helper.make_model(helper.make_graph([NODE], "g", [VALUE], [VALUE]))


def refusal(path: Path) -> str:
    with pytest.raises(PackError) as refused:
        recognise(path)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (pickle.dumps([1]), Format.PICKLE),
        (pickle.dumps([1], protocol=0), Format.PICKLE),
        (pickle.dumps({"a": 1}, protocol=1), Format.PICKLE),
        (zlib.compress(pickle.dumps([1])), Format.PICKLE),
        (gzip.compress(pickle.dumps([1]), mtime=0), Format.PICKLE),
        (b'{"learner":{},"version":[3,2,0]}', Format.XGBOOST),
        (b"{L" + bytes(7) + b"\x07learner{}", Format.XGBOOST),
        (b"tree\nversion=v4\n", Format.LIGHTGBM),
        (ONNX.SerializeToString(), Format.ONNX),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), Format.KERAS),
    ],
)
def test_a_file_is_what_is_in_it(
    content: bytes, expected: Format, tmp_path: Path
) -> None:
    """The name says nothing, or something else."""
    path = tmp_path / "model.dat"
    path.write_bytes(content)

    assert recognise(path) is expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (TORCHSCRIPT, Format.TORCHSCRIPT),
        ({"config.json": b"{}"}, Format.KERAS),
        ({"schema.json": b"{}"}, Format.SKOPS),
    ],
)
def test_a_zip_is_what_is_in_it(
    members: dict[str, bytes], expected: Format, tmp_path: Path
) -> None:
    assert recognise(zipped(tmp_path / "model", members)) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("saved_model.pb", Format.SAVEDMODEL), ("MLmodel", Format.MLFLOW)],
)
def test_a_folder_is_what_is_in_it(name: str, expected: Format, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(saved_model("Add"))

    assert recognise(tmp_path) is expected


def npz() -> bytes:
    stream = io.BytesIO()
    np.savez(stream, a=np.ones(3))
    return stream.getvalue()


def safetensors() -> bytes:
    head = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}})
    return len(head).to_bytes(8, "little") + head.encode() + bytes(4)


OLD_TORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03."


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "is empty"),
        (npz(), ".npz of arrays"),
        (npz()[:40], "damaged zip"),
        (safetensors(), "safetensors"),
        (OLD_TORCH, "old PyTorch"),
        (b"\x93NUMPY\x01\x00", ".npy array"),
        (b"hello, world", "known format"),
        (b'{"a": 1}', "JSON"),
        (b"\x04\x22\x4d\x18" + bytes(10), "lz4"),
        (zlib.compress(b"x" * 90)[:4], "cannot be read"),
        (ONNX.SerializeToString()[:-3], "known format"),
        (bytes(5000), "known format"),
    ],
)
def test_what_is_no_model_is_named(content: bytes, found: str, tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(content)

    assert found in refusal(path)


def test_weights_without_a_model_are_named_with_the_way_to_save_one(
    tmp_path: Path,
) -> None:
    members = {"w/data.pkl": b"", "w/data/0": b"", "w/version": b"3"}

    assert "torch.jit.script" in refusal(zipped(tmp_path / "w.pt", members))


def test_a_zip_that_is_no_model_is_named(tmp_path: Path) -> None:
    assert "no model" in refusal(zipped(tmp_path / "a.zip", {"readme": b""}))
    assert "encrypted" in refusal(encrypted(tmp_path / "b.zip", {"readme": b""}))


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))

        assert "pipe" in refusal(tmp_path / "pipe")
        assert "socket" in refusal(tmp_path / "socket")
    assert "is a link" in refusal(tmp_path / "link")
    assert "device" in refusal(Path("/dev/zero"))
    assert "folder with neither" in refusal(tmp_path / "folder")
    assert "cannot be read" in refusal(tmp_path / "nothing")
