"""What a copy's own log lines say of it, where nobody can ask it anything else."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from model_image.server.telemetry.histogram import SECONDS
from stacks.settings.cloud_error import CloudError

from .log import errors_in, texts_in

_POLL_S = 3.0


def read(lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """The lines that are the server's own, as they were written."""
    for line in lines:
        try:
            told = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(told, dict) and "event" in told:
            yield told


def example(lines: Iterable[str]) -> dict[str, Any] | None:
    """
    What the stored example was answered, expected and got; None before it was asked.

    Whoever reads it compares: the image does not vouch for itself.
    """
    for told in read(lines):
        if told["event"] != "example":
            continue
        if told.get("level") == "error":
            return {"status": 0, "expected": None, "got": told.get("error")}
        return {k: told[k] for k in ("status", "expected", "got", "tolerance")}
    return None


def awaited(read: Callable[[], Iterable[str]], patience_s: float) -> dict[str, Any]:
    """The same, once a copy's log has it; one that stays silent did not answer."""
    until = time.monotonic() + patience_s
    while True:
        if (answer := example(read())) is not None:
            return answer
        if time.monotonic() > until:
            said = f"its log has no answer to it after {patience_s:g} s"
            return {"status": 0, "expected": None, "got": said}
        time.sleep(_POLL_S)


def last_words(read: Callable[[], Iterable[str]], ended: str | None) -> str:
    """Why a copy is not what it should be: how it ended, and what it said last."""
    try:
        said = list(read())
    except CloudError:  # its log may be gone, or not there yet
        said = []
    spoken = errors_in(said)[-1:] or texts_in(said)[-1:]
    return ": ".join([*filter(None, [ended]), *spoken]) or "it says nothing"


def metrics(lines: Iterable[str]) -> str:
    """
    What a copy counted since it began, as a page for Prometheus would have it.

    Only what is asked of a release under traffic: requests by what became of them, and
    how long they took. It is as new as the last line, so at most a minute old.
    """
    minutes = [told for told in read(lines) if told["event"] == "minute"]

    def total(field: str) -> int:
        return sum(one.get(field, 0) for one in minutes)

    errors, overloads, rejects = total("errors"), total("overloads"), total("rejects")
    good = total("requests") - errors - overloads - rejects
    counts = {"200": good, "422": rejects, "500": errors, "503": overloads}
    page = ["# TYPE slipway_requests_total counter"]
    page += [
        f'slipway_requests_total{{route="predict",code="{code}"}} {count}'
        for code, count in counts.items()
    ]
    return "\n".join([*page, *_durations(minutes)]) + "\n"


def _durations(minutes: list[Mapping[str, Any]]) -> Iterator[str]:
    yield "# TYPE slipway_request_duration_seconds histogram"
    bounds = [*(f"{one:g}" for one in SECONDS), "+Inf"]
    within = 0
    for number, bound in enumerate(bounds):
        within += sum(one.get("took", {}).get(str(number), 0) for one in minutes)
        yield (
            "slipway_request_duration_seconds_bucket"
            f'{{route="predict",le="{bound}"}} {within}'
        )
