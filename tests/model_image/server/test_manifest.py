"""What a manifest may say, and that a package is what its manifest says."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_image.server.manifest import (
    MANIFEST,
    MODEL,
    Manifest,
    ManifestError,
    read_manifest,
    verify_files,
)

FILES = {name: "sha256:" + "0" * 64 for name in ("model.onnx", "example.json")}
VALID: dict[str, Any] = {
    "schema": 1,
    "name": "fraud",
    "version": "1.4.2",
    "description": "",
    "licence": "",
    "source": "",
    "flavour": "onnx",
    "inputs": [
        {"name": "x", "datatype": "FP32", "shape": [-1, 1], "columns": [{"name": "a"}]}
    ],
    "outputs": [{"name": "y", "datatype": "FP32", "shape": [-1]}],
    "files": FILES,
}


def parsed(**changes: Any) -> Manifest:
    return msgspec.json.decode(json.dumps(VALID | changes), type=Manifest)


texts = st.dictionaries(
    st.sampled_from(["description", "licence", "source"]), st.text()
)


@given(changes=texts)
def test_identity_survives_writing_and_reading(changes: dict[str, str]):
    manifest = parsed(**changes)

    again = msgspec.json.decode(msgspec.json.encode(manifest), type=Manifest)

    assert again.identity == manifest.identity


@given(order=st.permutations(list(VALID)), indent=st.none() | st.integers(0, 4))
def test_identity_ignores_how_the_json_is_laid_out(
    order: list[str], indent: int | None
):
    text = json.dumps({key: VALID[key] for key in order}, indent=indent)

    assert msgspec.json.decode(text, type=Manifest).identity == parsed().identity


def test_identity_ignores_a_default_that_is_written_out():
    column = {"name": "a", "missing": False}
    tensor = VALID["inputs"][0] | {"columns": [column]}

    assert parsed(inputs=[tensor]).identity == parsed().identity


def test_identity_is_pinned_so_that_no_release_of_ours_changes_it():
    assert parsed().identity == (
        "sha256:05f33a9a6e889d84213fb053deff3c45dedd915a4b1d96df0e256f2d4d56d384"
    )


CHANGES: list[dict[str, Any]] = [
    {"name": "frauds"},
    {"version": "1.4.3"},
    {"files": FILES | {"model.onnx": "sha256:" + "1" * 64}},
    {"inputs": [VALID["inputs"][0] | {"columns": [{"name": "b"}]}]},
    {"inputs": [VALID["inputs"][0] | {"columns": [{"name": "a", "missing": True}]}]},
    {"outputs": [VALID["outputs"][0] | {"name": "z"}]},
]


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_identity_changes_with_anything_in_the_manifest(changes: dict[str, Any]):
    assert parsed(**changes).identity != parsed().identity


OWN: dict[str, Any] = {
    "flavour": "python",
    "entry": "predictor:Predictor",
    "files": {
        name: FILES["example.json"]
        for name in ("requirements.txt", "example.json", "code/predictor.py")
    },
}


@pytest.mark.parametrize("flavour", ["python", "sklearn", "torch", "tensorflow"])
def test_a_package_of_another_flavour_locks_its_requirements_and_needs_no_onnx(
    flavour: str,
):
    assert parsed(**OWN | {"flavour": flavour}).flavour == flavour


COLUMNS = [{"name": "a"}, {"name": "a"}]
OWN_REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"files": FILES}, "file 'requirements.txt' is not listed"),
    *(
        ({"entry": entry}, f"entry {entry!r} is not of the form module:Class")
        for entry in ("", "predictor", "a.:B", "a-b:C", "a:B()", "../a:B", "a:B\n")
    ),
    *(
        ({"files": OWN["files"] | {name: FILES["model.onnx"]}}, "has no place in")
        for name in (
            "code",
            "code/",
            "code/../x",
            "code/.hidden",
            "code/a b",
            "code//a",
            "artifacts/../../x",
            "artifacts/",
            "/code/a",
            "code/__pycache__/a.pyc",
            "code/a/__pycache__",
            "evidence.json",
        )
    ),
]
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": "Fraud"}, "name 'Fraud' is not usable in an address"),
    ({"name": "f" * 64}, "63 at most"),
    ({"version": "1.4"}, "version '1.4' is not of the form 1.4.2"),
    ({"version": "1.4.2\n"}, "is not of the form"),
    ({"version": "1.4.2-r2"}, "is not of the form"),
    ({"flavour": "pickle"}, "flavour"),
    ({"schema": 2}, "schema"),
    ({"inputs": []}, "at least one input"),
    ({"files": {}}, "file 'model.onnx' is not listed"),
    ({"files": FILES | {"../x": FILES["model.onnx"]}}, "has no place in an image"),
    ({"files": FILES | {"model.onnx": "abc"}}, "has no sha256:... digest"),
    ({"surprise": 1}, "surprise"),
    ({"outputs": VALID["outputs"] * 2}, "output 'y' is empty or there twice"),
]
TENSORS: list[tuple[dict[str, Any], str]] = [
    ({"shape": [1, 1]}, "use -1 for the rows"),
    ({"shape": [-1, -1]}, "use -1 for the rows"),
    ({"shape": []}, "use -1 for the rows"),
    ({"shape": [-1, 2]}, "1 columns but shape [-1, 2]"),
    ({"shape": [-1, 2], "columns": COLUMNS}, "column 'a' is empty or there twice"),
    ({"datatype": "INT64", "columns": [{"name": "a", "missing": True}]}, "missing"),
    ({"datatype": "float"}, "datatype"),
    ({"columns": [{"name": "a", "closed": True}]}, "closed but lists no categories"),
]
REFUSED += [
    ({"inputs": [VALID["inputs"][0] | changes]}, part) for changes, part in TENSORS
]
REFUSED += [(OWN | changes, part) for changes, part in OWN_REFUSED]


@pytest.mark.parametrize(("changes", "part"), REFUSED, ids=str)
def test_a_manifest_that_cannot_be_meant_is_refused(
    changes: dict[str, Any], part: str, tmp_path: Path
):
    (tmp_path / MANIFEST).write_text(json.dumps(VALID | changes))

    with pytest.raises(ManifestError) as caught:
        read_manifest(tmp_path)

    message = str(caught.value)
    assert part in message
    assert message.startswith(str(tmp_path / MANIFEST))


def test_a_folder_without_a_manifest_is_named(tmp_path: Path):
    with pytest.raises(ManifestError, match=r"has no model\.json"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("text", [b"{", b"", b"\xff"])
def test_a_manifest_that_is_not_json_is_named(tmp_path: Path, text: bytes):
    (tmp_path / MANIFEST).write_bytes(text)

    with pytest.raises(ManifestError, match=r"model\.json is not JSON"):
        read_manifest(tmp_path)


def test_an_untouched_package_is_whole(package: Path):
    verify_files(package, read_manifest(package))


@pytest.mark.parametrize("name", ["model.onnx", "profile.json", "example.json"])
def test_one_changed_byte_is_found_and_its_file_named(package: Path, name: str):
    content = bytearray((package / name).read_bytes())
    content[len(content) // 2] ^= 1
    (package / name).write_bytes(content)

    with pytest.raises(ManifestError, match=f"{name} is not the file that was packed"):
        verify_files(package, read_manifest(package))


def test_a_missing_file_is_named(package: Path):
    (package / MODEL).unlink()

    with pytest.raises(ManifestError, match=r"model\.onnx cannot be read"):
        verify_files(package, read_manifest(package))


@pytest.mark.parametrize("name", ["code/more.py", "artifacts/a/b.pkl"])
def test_a_file_that_was_not_packed_may_not_stand_where_code_is_loaded_from(
    package: Path, name: str
):
    (package / name).parent.mkdir(parents=True)
    (package / name).touch()

    with pytest.raises(ManifestError, match=f"{name} was not packed"):
        verify_files(package, read_manifest(package))
