"""The commands, as a person types them."""

from pathlib import Path

from typer.testing import CliRunner

from model_image.__main__ import app
from model_image.server.manifest import MODEL


def test_check_shows_what_a_package_holds(package: Path):
    result = CliRunner().invoke(app, ["check", str(package)])

    assert result.exit_code == 0
    for part in ("wine 1.0.0", "sha256:", "alcohol", "[-1, 13]", "class_2", "accuracy"):
        assert part in result.stdout


def test_check_refuses_a_broken_package_in_one_sentence(package: Path):
    (package / MODEL).write_bytes(b"")

    result = CliRunner().invoke(app, ["check", str(package)])

    assert result.exit_code == 2
    assert result.stdout == ""
    assert "model.onnx is not the file that was packed" in result.stderr
    assert len(result.stderr.splitlines()) == 1
