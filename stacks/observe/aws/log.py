"""The log of one task, in CloudWatch."""

import time
from collections.abc import Iterator
from typing import Any

from stacks.settings.aws_account import told

_POLL_S = 2.0


class TaskLog:
    """One stream of a group; a task that has said nothing has none."""

    def __init__(self, client: Any, group: str, stream: str) -> None:
        self._client = client
        self._group = group
        self._stream = stream

    def whole(self, event: str = "") -> list[str]:
        """Every line so far, or those that name this event."""
        pages = self._client.get_paginator("filter_log_events")
        asked = {"logGroupName": self._group, "logStreamNames": [self._stream]}
        if event:
            asked["filterPattern"] = f'{{ $.event = "{event}" }}'
        return [one["message"] for page in self._pages(pages, asked) for one in page]

    def last(self, count: int) -> Iterator[str]:
        """Its last lines, oldest first."""
        for one in self._events(startFromHead=False, limit=count)["events"]:
            yield one["message"]

    def lines(self, *, follow: bool) -> Iterator[str]:
        """From its beginning, and then as they come."""
        token: dict[str, Any] = {}
        while True:
            found = self._events(startFromHead=True, **token)
            for one in found["events"]:
                yield one["message"]
            after = found.get("nextForwardToken")
            at_end = after is None or after == token.get("nextToken")
            if at_end and not follow:
                return
            if at_end:
                time.sleep(_POLL_S)
            else:
                token = {"nextToken": after}

    def _pages(self, pages: Any, asked: dict[str, Any]) -> Iterator[list[Any]]:
        with told(f"the log {self._group} cannot be read"):
            try:
                for page in pages.paginate(**asked):
                    yield page["events"]
            except self._missing:
                return

    def _events(self, **asked: Any) -> dict[str, Any]:
        with told(f"the log {self._group} cannot be read"):
            try:
                return self._client.get_log_events(
                    logGroupName=self._group, logStreamName=self._stream, **asked
                )
            except self._missing:
                return {"events": []}

    @property
    def _missing(self) -> Any:
        return self._client.exceptions.ResourceNotFoundException
