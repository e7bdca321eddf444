"""AWS's own description of its API takes all that is declared, and no mistake."""

import pytest

from stacks.offline import Declaration
from tests.components.aws.botocore_judge import mistakes, unknown_actions
from tests.components.aws.conftest import actions
from tests.components.aws.requests import requests


@pytest.mark.parametrize("stack", ["plain", "full", "registry"])
def test_the_api_would_take_every_request(
    stack: str, request: pytest.FixtureRequest
) -> None:
    declaration: Declaration = request.getfixturevalue(stack)
    asked = list(requests(declaration))
    assert asked
    found = {
        f"{name} {operation}": wrong
        for name, service, operation, arguments in asked
        if (wrong := mistakes(service, operation, arguments))
    }
    assert found == {}


@pytest.mark.parametrize("stack", ["plain", "full", "registry"])
def test_every_permission_is_one_that_aws_knows(
    stack: str, request: pytest.FixtureRequest
) -> None:
    allowed = actions(request.getfixturevalue(stack))
    assert allowed
    assert unknown_actions(allowed) == []
