"""Settings reach the program as the Pulumi CLI hands them over."""

import json

import pytest

from stacks.offline import OfflineError
from stacks.offline.project import Project


@pytest.fixture
def read(tmp_path):
    def read(config, project="name: p\n", stack="dev"):
        (tmp_path / "Pulumi.yaml").write_text(project)
        (tmp_path / "stacks").mkdir(exist_ok=True)
        (tmp_path / "stacks" / "Pulumi.dev.yaml").write_text(config)
        return Project.read(tmp_path, stack)

    return read


@pytest.mark.parametrize(
    ("written", "handed"),
    [
        ("text", "text"),
        ("'8001'", "8001"),
        ("8001", "8001"),
        ("0.50", "0.5"),
        ("2.0", "2"),
        ("true", "true"),
        ("yes", "yes"),
        ("12:30", "12:30"),
        ("2026-01-02", "2026-01-02"),
        ("24h", "24h"),
        ("", "null"),
        ("[1, a, true]", '[1,"a",true]'),
        ("{b: {c: 1.5}, a: no}", '{"a":"no","b":{"c":1.5}}'),
    ],
)
def test_a_value_is_text_or_json(read, written, handed):
    assert read(f"config:\n  p:key: {written}\n").config == {"p:key": handed}


def test_an_encrypted_value_is_known_by_its_key_however_deep(read):
    project = read(
        "config:\n  p:a: {secure: AAA}\n  p:b: {c: [{secure: BBB}]}\n  p:d: {e: 1}\n"
    )

    assert project.secret_keys == {"p:a", "p:b"}
    assert project.config["p:a"] == "AAA"
    assert json.loads(project.config["p:b"]) == {"c": ["BBB"]}


def test_the_stack_file_lies_where_the_project_says(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text("name: p\nstackConfigDir: elsewhere\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "Pulumi.dev.yaml").write_text("config: {p:a: b}\n")

    assert Project.read(tmp_path, "dev").config == {"p:a": "b"}


def test_settings_that_are_handed_in_take_the_place_of_the_file(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text("name: p\n")

    assert Project.read(tmp_path, "no-file", {"p:a": {"b": 1}}).config == {
        "p:a": '{"b":1}'
    }


def test_a_stack_file_without_settings_is_a_stack(read):
    assert read("# nothing yet\n").config == {}


@pytest.mark.parametrize("stack", ["prod", "../dev/x"])
def test_a_stack_without_a_file_is_one_sentence(read, stack):
    with pytest.raises(OfflineError, match="there is no stack"):
        read("config: {}", stack=stack)


def test_a_folder_without_a_project_is_one_sentence(tmp_path):
    with pytest.raises(OfflineError, match="not a Pulumi project"):
        Project.read(tmp_path / "none", "dev")


def test_a_file_that_is_no_yaml_is_one_sentence(read):
    with pytest.raises(
        OfflineError, match=r"Pulumi.dev.yaml is not valid YAML"
    ) as raised:
        read("config: [")
    assert "\n" not in str(raised.value)
