"""What one copy said: as it says it, and all that the workspace has of it."""

import json
import re
from collections.abc import Iterator
from typing import Any

from stacks.settings.cloud_error import CloudError

MOST_LINES = 300
"""Of what was said before, the stream has no more."""
QUERIES = "https://api.loganalytics.io"
_TIMEOUT_S = 30
_REFUSED = (401, 403)
_UNMADE = "Failed to resolve"
"""What Azure says of a table, or a column of it, that no line has come to yet."""
_TAG = re.compile(r"^(?:\S+ (?:stdout|stderr) )?[FP] ")
"""What the runtime writes before a line that a container wrote."""
_GREETING = re.compile(r"^(?:Connecting to the container|Successfully [Cc]onnected) ")


class CopyLog:
    """The stream of one container; a copy that is gone has none."""

    def __init__(self, address: str, token: str, transport: Any = None) -> None:
        self._address, self._token = address, token
        self._transport = transport

    def lines(self, *, follow: bool = False, last: int = MOST_LINES) -> Iterator[str]:
        """The last lines, oldest first, and then those that come."""
        import httpx

        asked = {"follow": str(follow).lower(), "output": "json", "tailLines": last}
        headers = {"Authorization": f"Bearer {self._token}"}
        patience = httpx.Timeout(_TIMEOUT_S, read=None if follow else _TIMEOUT_S)
        try:
            with (
                httpx.Client(timeout=patience, transport=self._transport) as client,
                client.stream(
                    "GET", self._address, params=asked, headers=headers
                ) as answer,
            ):
                answer.raise_for_status()
                yield from filter(None, map(_said, answer.iter_lines()))
        except httpx.HTTPStatusError as error:
            code = error.response.status_code
            raise CloudError(f"the log of a copy cannot be read ({code})") from None
        except httpx.HTTPError as error:
            raise CloudError(f"the log of a copy cannot be read: {error}") from None


class Kept:
    """The lines that a workspace of Log Analytics keeps, minutes after they came."""

    def __init__(self, workspace: str, token: str, transport: Any = None) -> None:
        self._workspace, self._token = workspace, token
        self._transport = transport

    def of(self, copy: str, event: str = "") -> list[str]:
        """
        Every line of a copy, oldest first, or those that name this event.

        None before the first line of all, with which Azure makes the table.
        """
        import httpx

        steps = [
            "ContainerAppConsoleLogs_CL",
            f"where ContainerGroupName_s == {json.dumps(copy)}",
            *([f"where Log_s has {json.dumps(event)}"] if event else []),
            "order by TimeGenerated asc",
            "project Log_s",
        ]
        try:
            with httpx.Client(timeout=_TIMEOUT_S, transport=self._transport) as client:
                answer = client.post(
                    f"{QUERIES}/v1{self._workspace}/query",
                    json={"query": " | ".join(steps)},
                    headers={"Authorization": f"Bearer {self._token}"},
                )
                if answer.status_code == 400 and _UNMADE in answer.text:
                    return []
                answer.raise_for_status()
                return _column(answer.json())
        except httpx.HTTPStatusError as error:
            code = error.response.status_code
            refused = "; whoever asks needs Log Analytics Reader on it"
            raise CloudError(
                f"the workspace {self._workspace.rpartition('/')[2]} does not answer "
                f"({code}){refused if code in _REFUSED else ''}"
            ) from None
        except httpx.HTTPError as error:
            raise CloudError(f"the workspace does not answer: {error}") from None


def _said(line: str) -> str:
    """What the container wrote, whichever way the stream hands it over."""
    try:
        told = json.loads(line)
    except json.JSONDecodeError:
        told = None
    text = told["Log"] if isinstance(told, dict) and "Log" in told else line
    text = _TAG.sub("", str(text).rstrip("\n"), count=1)
    return "" if _GREETING.match(text) else text


def _column(answer: Any) -> list[str]:
    """The one column that was asked for."""
    tables = answer.get("tables") or [{"rows": []}]
    return [str(row[0]) for row in tables[0]["rows"]]
