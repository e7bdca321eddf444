"""How much of what it may use a container used of late."""

from .container import Container


class Shares:
    """Read once a minute, each time about the time since the last."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._held_up: float | None = None

    def since_last(self, seconds: float) -> dict[str, float]:
        """
        Shares of the memory limit, and of these seconds in which it was held up.

        `starts` is 1 the first time, so that its sum over a fleet counts them.
        """
        found = self._container.readings()
        held_up = found.get("cpu_throttled_seconds", 0.0)
        before, self._held_up = self._held_up, held_up
        shares: dict[str, float] = {"starts": int(before is None)}
        if "memory_limit_bytes" in found and "memory_working_set_bytes" in found:
            share = found["memory_working_set_bytes"] / found["memory_limit_bytes"]
            shares["memory_share"] = round(share, 4)
        if before is not None and seconds > 0:
            shares["throttled_share"] = round((held_up - before) / seconds, 4)
        return shares
