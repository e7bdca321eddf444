"""What a container used of what it may, told once a minute."""

from typing import cast

from model_image.server.telemetry.container import Container
from model_image.server.telemetry.shares import Shares


class Readings:
    """A container that uses what a test says."""

    def __init__(self) -> None:
        self.held_up = 5.0
        self.known = {"memory_working_set_bytes": 60, "memory_limit_bytes": 200}

    def readings(self) -> dict[str, float]:
        return {"cpu_throttled_seconds": self.held_up, **self.known}


def shares(container: Readings) -> Shares:
    return Shares(cast(Container, container))


def test_memory_is_told_as_a_share_of_the_limit():
    assert shares(Readings()).since_last(60)["memory_share"] == 0.3


def test_without_a_limit_there_is_no_share():
    container = Readings()
    container.known.clear()

    assert shares(container).since_last(60) == {"starts": 1}


def test_time_held_up_is_a_share_of_the_time_since_the_last():
    container = Readings()
    told = shares(container)
    first = told.since_last(60)

    container.held_up += 15

    assert "throttled_share" not in first
    assert told.since_last(60)["throttled_share"] == 0.25


def test_a_start_is_told_once():
    told = shares(Readings())

    assert [told.since_last(60)["starts"] for _ in range(3)] == [1, 0, 0]
