"""The stacks that are shipped for AWS can be declared, and break no rule."""

import pytest

from stacks.rules import Asked, broken, read
from tests.components.examples import TIERS, example, files


def test_every_example_is_declared() -> None:
    assert files("aws") == {f"Pulumi.{tier}.yaml" for tier in TIERS}


@pytest.mark.parametrize("tier", TIERS)
def test_an_example_declares_and_breaks_no_rule(tier: str) -> None:
    settings, declaration = example("aws", tier)

    asked = Asked.of(settings)
    assert broken(read(declaration.resources, asked), asked) == []
    assert [one for one in declaration.resources if one.type.startswith("aws:")]
