"""What a person says when packing is checked whole before anything is read."""

from pathlib import Path

import pytest

from model_image.errors import PackError
from model_image.settings import PackSettings, pack_settings

NAMED = {"name": "fraud", "version": "1.4.2"}


def test_the_command_line_goes_before_the_file(tmp_path: Path):
    file = tmp_path / "pack.yaml"
    file.write_text("name: other\nversion: 1.0.0\nowner: risk team\n")

    settings = pack_settings(file, {"name": "fraud"})

    assert (settings.name, settings.version) == ("fraud", "1.0.0")
    assert settings.owner == "risk team"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"version": "1.0.0"}, "name is missing: add it with --name"),
        (NAMED | {"name": "../fraud"}, "name is '../fraud'"),
        (NAMED | {"version": "1.4"}, "version is '1.4'"),
        (NAMED | {"flavour": "pickle"}, "flavour is 'pickle'"),
        (NAMED | {"colour": "red"}, "colour is not a setting"),
        (NAMED | {"tolerance": 0}, "tolerance is 0"),
        (NAMED | {"metrics": {"auc": "good"}}, "metrics.auc is 'good'"),
        (NAMED | {"code": "src"}, "code, entry and requirements come together"),
        (NAMED | {"flavour": "python"}, "flavour python needs code"),
    ],
)
def test_a_mistake_is_named_as_it_was_written(given: dict, sentence: str):
    with pytest.raises(PackError) as raised:
        pack_settings(None, given)

    assert str(raised.value).startswith("the command line: ")
    assert sentence in str(raised.value)


def test_all_mistakes_are_told_at_once():
    with pytest.raises(PackError, match=r"name.*version.*tolerance"):
        pack_settings(None, {"name": "A", "version": "1", "tolerance": 7})


@pytest.mark.parametrize("text", ["- a list", "text", "{broken", "\x00"])
def test_a_file_that_holds_no_settings_is_told_in_one_sentence(
    text: str, tmp_path: Path
):
    file = tmp_path / "pack.yaml"
    file.write_text(text)

    with pytest.raises(PackError, match=r"pack\.yaml"):
        pack_settings(file, {})


def test_a_missing_file_is_told(tmp_path: Path):
    with pytest.raises(PackError, match="cannot be read"):
        pack_settings(tmp_path / "none.yaml", {})


def test_settings_cannot_be_changed_after_they_are_parsed():
    settings = PackSettings(name="fraud", version="1.4.2")

    with pytest.raises(ValueError, match="frozen"):
        settings.trust = ("os.system",)  # type: ignore[misc]
