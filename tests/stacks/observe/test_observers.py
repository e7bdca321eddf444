"""Each platform's observer can be asked all that the others can."""

import importlib

import pytest

from stacks.observe.replica import Observer

KINDS = ("local", "kubernetes", "aws", "gcp", "azure")
ASKED = {name for name in vars(Observer) if not name.startswith("_")}


@pytest.mark.parametrize("kind", KINDS)
def test_an_observer_leaves_no_question_open(kind: str) -> None:
    observer = importlib.import_module(f"stacks.observe.{kind}").observer
    assert ASKED - set(dir(observer)) == set()
