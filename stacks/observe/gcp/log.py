"""The log of one revision, in Cloud Logging."""

import json
import time
from collections.abc import Iterator
from typing import Any

from stacks.settings.gcp_project import GcpProject, answer

_POLL_S = 2.0
_PAGE = 1000
_LOGS = (
    '(log_id("run.googleapis.com/stdout") OR log_id("run.googleapis.com/stderr") OR '
    'log_id("run.googleapis.com/varlog/system"))'
)
"""What the server writes, and what Cloud Run writes of it; not each request."""


class RevisionLog:
    """What all instances of a revision wrote since it was made."""

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

    def whole(self, event: str = "") -> list[str]:
        """Every line so far, or those that name this event."""
        more = f' AND jsonPayload.event="{event}"' if event else ""
        return [_line(one) for one in self._entries(self._asked(more))]

    def last(self, count: int) -> list[str]:
        """Its last lines, oldest first."""
        asked = {**self._asked(), "orderBy": "timestamp desc", "pageSize": count}
        return [_line(one) for one in self._page(asked).get("entries", ())][::-1]

    def lines(self, *, follow: bool) -> Iterator[str]:
        """From its beginning, and then as they come."""
        seen: set[str] = set()
        while True:
            for one in self._entries(self._asked()):
                if one["insertId"] in seen:
                    continue
                seen.add(one["insertId"])
                self._since = one["timestamp"]
                yield _line(one)
            if not follow:
                return
            time.sleep(_POLL_S)

    def _asked(self, more: str = "") -> dict[str, Any]:
        since = f' AND timestamp>="{self._since}"' if self._since else ""
        return {
            "resourceNames": [self._project.project],
            "filter": self._filter + since + more,
            "orderBy": "timestamp asc",
            "pageSize": _PAGE,
        }

    def _entries(self, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """A page may be empty and not the last one."""
        while True:
            page = self._page(asked)
            yield from page.get("entries", ())
            if "nextPageToken" not in page:
                return
            asked = {**asked, "pageToken": page["nextPageToken"]}

    def _page(self, asked: dict[str, Any]) -> dict[str, Any]:
        entries = self._project.client("logging").entries()
        return answer(entries.list(body=asked), "the log cannot be read")


def _line(entry: dict[str, Any]) -> str:
    """As the server wrote it: what is JSON came apart on the way."""
    if "jsonPayload" in entry:
        return json.dumps({"time": entry["timestamp"], **entry["jsonPayload"]})
    return str(entry.get("textPayload", ""))
