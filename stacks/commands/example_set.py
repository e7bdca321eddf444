"""The examples of a platform with one's own names in them: a set of stack files."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

_EXAMPLES = Path(__file__).parents[1] / "examples"
_FILE = re.compile(r"Pulumi\.([a-z]+)\.yaml")


@dataclass(frozen=True)
class Question:
    """Words of an example that are the reader's own to say."""

    name: str
    ask: str
    example: str
    pattern: str

    def mistake(self, answer: str) -> str | None:
        """Why this is no answer, in one sentence; None where it is one."""
        if re.fullmatch(self.pattern, answer):
            return None
        return f"{self.name} is {answer!r}; it looks like {self.example}"


def platforms() -> list[str]:
    """The platforms whose examples can be asked for."""
    return sorted(file.parent.name for file in _EXAMPLES.glob("*/questions.yaml"))


def questions(platform: str) -> list[Question]:
    """What is asked before the set of a platform can be written."""
    text = (_EXAMPLES / platform / "questions.yaml").read_text()
    return [Question(**one) for one in yaml.safe_load(text)]


def written(platform: str, name: str, answers: Mapping[str, str]) -> dict[str, str]:
    """
    The text of each stack's file by the stack's name, `NAME-dev` and so on.

    They are the examples' own, comments and all, with the answers in their places.
    """
    own = {one.example: answers[one.name] for one in questions(platform)}
    files = sorted((_EXAMPLES / platform).glob("Pulumi.*.yaml"))
    tiers = [found[1] for file in files if (found := _FILE.fullmatch(file.name))]
    replaced = _replacer(own)
    upstream = re.compile(rf"^(  slipway:upstream: )({'|'.join(tiers)})$", re.M)
    return {
        f"{name}-{tier}": upstream.sub(rf"\1{name}-\2", replaced(file.read_text()))
        for tier, file in zip(tiers, files, strict=True)
    }


def _replacer(own: Mapping[str, str]) -> Callable[[str], str]:
    """The longest first, and none in what another has put there."""
    longest_first = sorted(own, key=len, reverse=True)
    any_of = re.compile(
        "|".join(rf"(?<![\w.-]){re.escape(one)}" for one in longest_first)
    )
    host = {f".{key}": f".{value}" for key, value in own.items() if "." in key}
    within = re.compile("|".join(map(re.escape, host)) or "(?!)")

    def replaced(text: str) -> str:
        text = within.sub(lambda found: host[found[0]], text)
        return any_of.sub(lambda found: own[found[0]], text)

    return replaced
