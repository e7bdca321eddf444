"""The files that a user begins with declare, and break no rule."""

from pathlib import Path

import pytest
import yaml

from stacks.rules import Asked, broken, read
from stacks.settings.stack import StackSettings
from tests.components.conftest import IMAGE, declared

EXAMPLES = Path(__file__).parents[3] / "stacks/examples/aws"


@pytest.mark.parametrize("tier", ["shared", "dev", "staging", "prod"])
def test_an_example_declares_and_breaks_no_rule(tier: str) -> None:
    config = yaml.safe_load((EXAMPLES / f"Pulumi.{tier}.yaml").read_text())["config"]
    promoted = {"slipway:image": IMAGE} if tier in ("staging", "prod") else {}
    told = {**config, **promoted}
    settings = StackSettings.parse(tier, told)

    declaration = declared(
        tier,
        **{
            key.removeprefix("slipway:"): value
            for key, value in told.items()
            if key.startswith("slipway:")
        },
    )

    asked = Asked.of(settings)
    assert broken(read(declaration.resources, asked), asked) == []
    assert [one for one in declaration.resources if one.type.startswith("aws:")]
