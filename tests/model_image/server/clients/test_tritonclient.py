"""Triton's client from PyPI works unchanged, with binary tensors as it likes them."""

from collections.abc import Callable
from typing import Any

import pytest

REQUIREMENTS = "tritonclient[http]==2.73.0\nnumpy==2.4.6\n"
NAMES = ["half", "single", "double", "count", "small", "flag", "text"]


@pytest.fixture
def seen(ask: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return ask("with_triton.py", REQUIREMENTS)


def test_tritons_client_works_unchanged(seen: dict[str, Any]):
    health = ["live", "ready", "model_ready", "version_ready", "other_ready"]
    assert [seen[each] for each in health] == [True, True, True, True, False]
    assert "binary_tensor_data" in seen["server"]["extensions"]
    assert [each["name"] for each in seen["model"]["inputs"]] == NAMES
    assert seen["binary"] == seen["queried"] == seen["later"] == NAMES
    assert seen["id"] == "b-1"
    assert seen["chosen_only"] == ["text_out", "half_out", "count_out"]
    assert seen["chosen"] == ["text", "half", "count"]
    assert seen["refusal"]["status"] == "422"
    assert "half: expected shape [rows, 2], got [1, 3]" in seen["refusal"]["error"]
