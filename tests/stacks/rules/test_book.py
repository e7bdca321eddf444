"""The rule book sees each rule broken on purpose, and its page lists all of it."""

from dataclasses import replace

import pytest

from stacks.rules import RULES, Finding, Rule, broken, read
from tests.estate import ROOT

from .planted import PLANTED, STACKS, asked, clean


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_rule_broken_on_purpose_is_seen(mistake: str) -> None:
    planted = PLANTED[mistake]
    declaration, its = clean(planted.platform), asked(planted.platform)
    planted.change(declaration)

    found = broken(read(declaration.resources, its), its)

    assert {one.rule for one in found} == {planted.rule}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_is_broken_on_purpose(rule: Rule) -> None:
    assert rule.__name__ in {one.rule for one in PLANTED.values()}


@pytest.mark.parametrize("platform", STACKS)
def test_prod_has_more_than_one_copy_where_it_has_machines(platform: str) -> None:
    alone = replace(asked(platform), replicas=1)

    found = broken(read(clean(platform).resources, alone), alone)

    sentence = "prod has 1 copy; ask for 2 or more"
    said = [Finding("prod", "replicas", sentence)]
    assert found == ([] if platform == "local" else said)


def test_an_image_that_was_pulled_by_digest_is_known_by_its_id() -> None:
    declaration, its = clean("local"), asked("local")
    container = declaration.only("docker:index/container:Container", "model-1")
    container.inputs["image"] = f"sha256:{'ab' * 32}"

    assert broken(read(declaration.resources, its), its) == []


def test_the_page_has_the_rules_as_they_are() -> None:
    page = (ROOT / "docs/rules.md").read_text()
    table = page.partition("<!-- rules -->")[2].partition("<!-- /rules -->")[0]
    rows = [f"| `{rule.__name__}` | {rule.__doc__} |" for rule in RULES]
    assert table.strip().splitlines()[2:] == rows
