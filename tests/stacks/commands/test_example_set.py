"""`init --platform`: a valid, commented set of stacks with one's own names in them."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from stacks.commands.example_set import Question, platforms, questions, written
from stacks.settings.stack import StackSettings

ROOT = Path(__file__).parents[3]
CLOUDS = ("aws", "gcp", "azure")


def examples(platform: str) -> dict[str, str]:
    return {one.name: one.example for one in questions(platform)}


@pytest.mark.parametrize("platform", CLOUDS)
def test_the_set_has_every_tier_and_each_file_is_valid(platform: str) -> None:
    texts = written(platform, "fraud", examples(platform))

    tiers = {
        name: StackSettings.parse(name, yaml.safe_load(text)["config"]).tier
        for name, text in texts.items()
    }

    assert tiers == {f"fraud-{t}": t for t in ("shared", "dev", "staging", "prod")}


@pytest.mark.parametrize("platform", CLOUDS)
def test_each_stack_follows_the_one_of_its_own_set(platform: str) -> None:
    texts = written(platform, "fraud", examples(platform))

    for name, upstream in (
        ("fraud-staging", "fraud-dev"),
        ("fraud-prod", "fraud-staging"),
    ):
        config = yaml.safe_load(texts[name])["config"]
        assert config["slipway:upstream"] == upstream


@pytest.mark.parametrize("platform", CLOUDS)
def test_no_word_of_the_example_is_left(platform: str) -> None:
    answers = {name: f"x{number}x" for number, name in enumerate(examples(platform))}

    text = "\n".join(written(platform, "fraud", answers).values())

    for one in questions(platform):
        assert one.example not in text, one.name
        assert answers[one.name] in text, one.name


@pytest.mark.parametrize("platform", CLOUDS)
def test_every_file_says_what_its_lines_are_for(platform: str) -> None:
    for text in written(platform, "fraud", examples(platform)).values():
        assert text.startswith("# ")


def test_an_answer_that_is_none_is_one_sentence() -> None:
    one = Question("account", "The account", "222222222222", r"\d{12}")

    assert one.mistake("222222222222") is None
    assert one.mistake("2222") == "account is '2222'; it looks like 222222222222"


def test_every_set_can_be_asked_for() -> None:
    assert set(platforms()) >= set(CLOUDS)


def test_the_command_says_what_is_no_answer_and_writes_nothing(tmp_path: Path) -> None:
    words = ["init", "fraud", "--platform", "aws", "--answer", "model=Not A Name"]
    done = subprocess.run(
        [sys.executable, "-m", "stacks", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "COLUMNS": "200"},
    )
    assert done.returncode == 2
    assert "model is 'Not A Name'; it looks like wine" in done.stderr
    assert not list((ROOT / "stacks").glob("Pulumi.fraud-*"))
