"""KServe's client from PyPI works unchanged."""

from collections.abc import Callable
from typing import Any

import pytest

NAMES = ["half", "single", "double", "count", "small", "flag", "text"]


@pytest.mark.proof
def test_kserves_client_works_unchanged(ask: Callable[..., dict[str, Any]]):
    seen = ask("with_kserve.py", "kserve==0.21.0\n")

    health = ["live", "ready", "model_ready", "other_ready"]
    assert [seen[each] for each in health] == [True, True, True, False]
    assert seen["json"] == seen["binary"] == NAMES
    assert seen["id"] == "k-1"
    assert seen["model"] == "echo"
    assert seen["refusal"]["status"] == 422
    assert "half: expected shape [rows, 2], got [1, 3]" in seen["refusal"]["error"]
