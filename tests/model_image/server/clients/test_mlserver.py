"""MLServer's codecs and its `infer` command from PyPI work unchanged."""

from collections.abc import Callable
from typing import Any

import pytest

NAMES = ["half", "single", "double", "count", "small", "flag", "text"]


@pytest.mark.proof
def test_mlservers_codecs_and_command_work_unchanged(
    ask: Callable[..., dict[str, Any]],
):
    seen = ask("with_mlserver.py", "mlserver==1.7.1\n")

    assert seen["server"] == "slipway"
    assert seen["model"] == ["echo", "1.0.0"]
    assert seen["inputs"] == seen["same"] == seen["command"] == NAMES
    assert seen["id"] == "m-1"
