"""What the program declares of a container is what Compose is told, or an error."""

from typing import Any

import pytest

from stacks.compose.container import compose_service
from stacks.offline import OfflineError
from stacks.offline.registration import Registration
from stacks.offline.values import UNKNOWN


def container(**inputs: Any) -> Registration:
    declared = {
        "capabilities": {"drops": ["ALL"]},
        "tmpfs": {"/tmp": "rw,noexec"},
        "memory": 64,
        "memorySwap": 64,
        "stopTimeout": 5,
        "logDriver": "json-file",
        "logOpts": {"max-size": "1m"},
        **inputs,
    }
    return Registration(urn="urn", type="Container", name="model-1", inputs=declared)


def test_what_cannot_be_said_in_a_compose_file_is_named_not_dropped():
    with pytest.raises(OfflineError, match="model-1 declares sysctls, which"):
        compose_service(container(sysctls={"net.core.somaxconn": "1"}))


def test_a_dollar_in_a_value_is_no_variable_of_compose():
    service = compose_service(container(envs=["PRICE=5$", "FORMULA=a=b"]))

    assert service["environment"] == {"PRICE": "5$$", "FORMULA": "a=b"}


def test_what_only_an_update_knows_is_left_out_of_the_environment():
    service = compose_service(container(envs=[UNKNOWN, "A=1"]))

    assert service["environment"] == {"A": "1"}


def test_a_container_without_a_health_check_gets_none():
    assert "healthcheck" not in compose_service(container())
