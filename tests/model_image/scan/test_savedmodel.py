"""SavedModels compute, and keep to their own folder."""

from pathlib import Path

import pytest

from model_image.errors import PackError
from model_image.scan.savedmodel import scan_savedmodel
from tests.model_image.scan.messages import field, saved_model

NOBODY: frozenset[str] = frozenset()


def saved(folder: Path, *operations: str, in_function: bool = False) -> Path:
    content = saved_model(*operations, in_function=in_function)
    (folder / "saved_model.pb").write_bytes(content)
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(PackError) as refused:
        scan_savedmodel(folder, NOBODY)
    return str(refused.value)


def test_a_graph_that_computes_passes_and_says_its_version(tmp_path: Path) -> None:
    saved(tmp_path, "MatMul", "Relu", "SaveV2", "RestoreV2", "StatefulPartitionedCall")

    assert scan_savedmodel(tmp_path, NOBODY).libraries == {"tensorflow": "2.21.0"}


@pytest.mark.parametrize("in_function", [False, True])
@pytest.mark.parametrize(
    "operation",
    ["ReadFile", "WriteFile", "PyFunc", "EagerPyFunc", "MatchingFiles", "RpcCall",
     "TextLineDataset", "TFRecordDatasetV2", "PrintV2", "CreateSummaryFileWriter"],
)  # fmt: skip
def test_an_operation_that_reaches_out_is_named(
    operation: str, in_function: bool, tmp_path: Path
) -> None:
    saved(tmp_path, "MatMul", operation, in_function=in_function)

    assert f"tensorflow.{operation}" in refusal(tmp_path)
    assert scan_savedmodel(tmp_path, frozenset({f"tensorflow.{operation}"}))


def test_a_link_is_refused(tmp_path: Path) -> None:
    saved(tmp_path, "MatMul")
    (tmp_path / "variables").mkdir()
    (tmp_path / "variables" / "data").symlink_to("/etc/passwd")

    assert "is a link" in refusal(tmp_path)


@pytest.mark.parametrize(
    "content", [b"\x00" * 9, b"\xff" * 30, field(2, 7), b"\x12\x7f"]
)
def test_a_damaged_graph_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(content)

    assert "damaged" in refusal(tmp_path)


def test_a_file_without_a_graph_is_refused(tmp_path: Path) -> None:
    saved(tmp_path)

    assert "no graph" in refusal(tmp_path)
