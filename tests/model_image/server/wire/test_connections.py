"""Connections that nobody uses end, and those that somebody waits on do not."""

from typing import Any, cast

from model_image.server.wire.connections import Connections


class Line:
    """A connection of which only its end is looked at."""

    def __init__(self, waiting_since: float | None = None) -> None:
        self.waiting_since = waiting_since
        self.transport = self
        self.closed = False
        self.refused: list[int] = []

    def close(self) -> None:
        self.closed = True

    def refuse(self, status: int, error: str) -> None:
        self.refused.append(status)


def connections(*lines: Line) -> Connections:
    made = Connections(cast(Any, None), limit=10, seconds=5)
    made.all.update(cast(Any, lines))
    return made


def test_a_connection_that_is_idle_for_long_is_closed():
    old, new = Line(), Line()
    port = connections(old, new)
    port.idle.update(cast(Any, {old: 0.0, new: 50.0}))

    port.sweep(76.0)

    assert (old.closed, new.closed) == (True, False)


def test_who_is_too_slow_with_a_request_is_refused():
    slow, quick = Line(waiting_since=0.0), Line(waiting_since=4.0)

    connections(slow, quick).sweep(6.0)

    assert (slow.refused, quick.refused) == ([408], [])


def test_a_request_on_its_way_is_still_to_be_heard():
    assert connections(Line(), Line(waiting_since=1.0)).unheard
    assert not connections(Line()).unheard
