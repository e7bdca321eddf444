"""`card`: two files, whole, where they were asked for."""

from pathlib import Path

from typer.testing import CliRunner

from model_image.commands.app import app


def test_both_files_are_written_and_nothing_else(package: Path, tmp_path: Path):
    target = tmp_path / "deep" / "cards"

    run = CliRunner().invoke(app, ["card", str(package), "--output", str(target)])

    assert run.exit_code == 0
    assert sorted(path.name for path in target.iterdir()) == ["card.html", "card.md"]
    assert run.stdout.split() == [str(target / "card.md"), str(target / "card.html")]
    assert (target / "card.html").read_text().startswith("<!doctype html>")
    assert (target / "card.md").read_text().startswith("# wine 1.0.0\n")


def test_a_card_is_written_over_an_older_one(package: Path, tmp_path: Path):
    (tmp_path / "card.md").write_text("old")

    CliRunner().invoke(app, ["card", str(package), "--output", str(tmp_path)])

    assert "wine" in (tmp_path / "card.md").read_text()
