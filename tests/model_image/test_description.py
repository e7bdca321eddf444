"""What an MLflow folder says of its model is read, and believed no further."""

from pathlib import Path

import pytest

from model_image.description import described

PLAIN = """\
flavors:
  sklearn: {pickled_model: model.pkl, sklearn_version: 1.9.1}
"""
COLUMNS = '[{"type": "double", "name": "age"}, {"type": "long", "name": "kids"}]'


def folder(path: Path, text: str, **files: str) -> Path:
    (path / "MLmodel").write_text(PLAIN + text)
    (path / "model.pkl").write_bytes(b"")
    for name, content in files.items():
        (path / f"{name}.json").write_text(content)
    return path


def test_the_signature_names_the_columns(tmp_path: Path):
    found = described(folder(tmp_path, f"signature: {{inputs: '{COLUMNS}'}}\n"))

    assert found.model == tmp_path / "model.pkl"
    assert found.columns == ("age", "kids")
    assert found.example is None


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "signature: null\n",
        "signature: {inputs: 'not json'}\n",
        """signature: {inputs: '[{"type": "tensor"}]'}\n""",
    ],
)
def test_a_signature_without_names_names_none(tmp_path: Path, signature: str):
    assert described(folder(tmp_path, signature)).columns == ()


def test_the_input_example_is_a_sample(tmp_path: Path):
    text = "saved_input_example_info: {artifact_path: input_example.json}\n"

    found = described(folder(tmp_path, text, input_example="[]"))

    assert found.example == tmp_path / "input_example.json"


@pytest.mark.parametrize("name", ["absent.json", "../secret.json", "/etc/passwd", "3"])
def test_an_example_that_is_not_in_the_folder_is_none(tmp_path: Path, name: str):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.json").write_text("[]")
    text = f"saved_input_example_info: {{artifact_path: {name}}}\n"

    assert described(folder(inside, text)).example is None


def test_an_example_that_is_a_link_is_none(tmp_path: Path):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.json").write_text("[]")
    (inside / "example.json").symlink_to(tmp_path / "secret.json")
    text = "saved_input_example_info: {artifact_path: example.json}\n"

    assert described(folder(inside, text)).example is None
