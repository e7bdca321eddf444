"""The log of one revision, in Cloud Logging."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from stacks.settings.gcp_project import GcpProject, answer

_POLL_S = 5.0
_PAGE = 1000
_AGAIN = 7
"""
A project may be read 60 times a minute, by whomever. Asked again so often, with twice
the wait each time, a reader sees the next minute.
"""
_LATE = timedelta(seconds=90)
"""How much later than a line another of before it may come: instances tell in turn."""
_LOGS = (
    '(log_id("run.googleapis.com/stdout") OR log_id("run.googleapis.com/stderr") OR '
    'log_id("run.googleapis.com/varlog/system"))'
)
"""What the server writes, and what Cloud Run writes of it; not each request."""
_Entry = Mapping[str, Any]


class RevisionLog:
    """One reading of what all instances of a revision wrote: each line comes once."""

    def __init__(
        self, project: GcpProject, service: str, revision: str, since: str
    ) -> None:
        self._project = project
        self._filter = (
            f'resource.type="cloud_run_revision" AND '
            f'resource.labels.service_name="{service}" AND '
            f'resource.labels.revision_name="{revision}" AND {_LOGS}'
        )
        self._since = since
        self._read: dict[str, datetime] = {}

    def new(self, event: str = "") -> Iterator[str]:
        """The lines that came since it was read, or those that name this event."""
        return self._unread(self._entries(self._asked(event)))

    def last(self, count: int, event: str = "") -> list[str]:
        """Its last lines, oldest first; what is new comes after them."""
        asked = {**self._asked(event), "orderBy": "timestamp desc", "pageSize": count}
        newest = [*islice(self._entries(asked), count)]
        return [*self._unread(reversed(newest))]

    def lines(self, *, follow: bool) -> Iterator[str]:
        """From its beginning, and then as they come."""
        yield from self.new()
        while follow:
            time.sleep(_POLL_S)
            yield from self.new()

    def _asked(self, event: str) -> dict[str, Any]:
        since = self._since
        if self._read:
            since = (max(self._read.values()) - _LATE).isoformat()
        parts = [
            self._filter,
            *([f'timestamp>="{since}"'] if since else []),
            *([f'jsonPayload.event="{event}"'] if event else []),
        ]
        return {
            "resourceNames": [self._project.project],
            "filter": " AND ".join(parts),
            "orderBy": "timestamp asc",
            "pageSize": _PAGE,
        }

    def _unread(self, entries: Iterable[_Entry]) -> Iterator[str]:
        for one in entries:
            if one["insertId"] not in self._read:
                self._read[one["insertId"]] = datetime.fromisoformat(one["timestamp"])
                yield _line(one)

    def _entries(self, asked: dict[str, Any]) -> Iterator[_Entry]:
        """A page may be empty and not the last one."""
        while True:
            page = self._page(asked)
            yield from page.get("entries", ())
            if "nextPageToken" not in page:
                return
            asked = {**asked, "pageToken": page["nextPageToken"]}

    def _page(self, asked: dict[str, Any]) -> dict[str, Any]:
        entries = self._project.client("logging").entries()
        request = entries.list(body=asked)
        return answer(request, "the log cannot be read", again=_AGAIN)


def _line(entry: _Entry) -> str:
    """As the server wrote it: what is JSON came apart on the way."""
    if "jsonPayload" in entry:
        return json.dumps({"time": entry["timestamp"], **entry["jsonPayload"]})
    return str(entry.get("textPayload", ""))
