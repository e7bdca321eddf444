"""What a revision's own log says of it."""

import json
from importlib import import_module
from itertools import count, islice
from types import SimpleNamespace
from typing import Any

import pytest
from googleapiclient import http as google

from stacks.releases.traffic import Traffic
from stacks.settings.cloud_error import CloudError

from .conftest import MINUTES, MODULE, SERVICE, STABLE, Seen, revision

ID = f"{SERVICE}/revisions/{STABLE}"


def entry(number: int, **payload: Any) -> dict[str, Any]:
    """A line of the server's, as Cloud Logging took it apart."""
    moment = f"2026-11-29T01:00:{number:02}Z"
    return {"insertId": str(number), "timestamp": moment, "jsonPayload": payload}


def text(number: int, said: str) -> dict[str, Any]:
    """A line of Cloud Run's own."""
    found = entry(number)
    return {**found, "textPayload": said} | {"jsonPayload": None}


def page(*entries: dict[str, Any], after: str = "") -> dict[str, Any]:
    kept = [{k: v for k, v in one.items() if v is not None} for one in entries]
    return {"entries": kept, **({"nextPageToken": after} if after else {})}


EXAMPLE = {
    "event": "example",
    "level": "info",
    "status": 200,
    "expected": {"outputs": [1]},
    "got": {"outputs": [1]},
    "tolerance": 0.001,
}


def test_the_example_is_what_an_instance_logged(seen: Seen) -> None:
    observer, http = seen(revision(), page(), page(entry(5, **EXAMPLE)))

    answer = observer.replay(ID)

    assert answer == {
        "status": 200,
        "expected": {"outputs": [1]},
        "got": {"outputs": [1]},
        "tolerance": 0.001,
    }
    asked = json.loads(http.request_sequence[1][2])
    assert asked["resourceNames"] == ["projects/shop-prod"]
    for part in (
        'resource.labels.service_name="slipway-prod"',
        f'resource.labels.revision_name="{STABLE}"',
        'timestamp>="2026-11-29T01:00:00Z"',
        'jsonPayload.event="example"',
    ):
        assert part in asked["filter"]


def test_an_example_that_is_never_answered_is_no_answer(
    seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module(MODULE), "_TOLD_S", -1)
    observer, _ = seen(revision(), page())
    answer = observer.replay(ID)
    assert answer["status"] == 0
    assert "no answer" in answer["got"]


def test_the_log_of_a_trial_is_its_own(seen: Seen) -> None:
    trial = f"{SERVICE}-trial/revisions/slipway-prod-trial-aaaaaaaa"
    observer, http = seen({**revision(), "name": trial}, page(entry(5, **EXAMPLE)))

    observer.replay(trial)

    asked = json.loads(http.request_sequence[1][2])["filter"]
    assert 'service_name="slipway-prod-trial"' in asked


def test_what_was_counted_is_a_page_of_metrics(seen: Seen) -> None:
    minute = {"event": "minute", "requests": 10, "errors": 1, "rejects": 2}
    observer, _ = seen(revision(), page(entry(1, **minute), entry(2, **minute)))

    shown = observer.metrics(ID)

    assert 'slipway_requests_total{route="predict",code="200"} 14' in shown
    assert 'slipway_requests_total{route="predict",code="500"} 2' in shown


def minute(number: int, requests: int = 10) -> dict[str, Any]:
    return entry(number, event="minute", requests=requests)


def test_looks_each_second_read_the_log_as_seldom_as_lines_come(
    seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project may be read 60 times a minute, and a canary has two revisions."""
    seconds = count()
    clock = SimpleNamespace(monotonic=lambda: float(next(seconds)))
    reads = [page(minute(3), minute(2)), page(minute(3), minute(4)), page(), page()]
    looks = [[one, *[revision()] * 14] for one in reads]
    answers = [one for look in looks for one in (revision(), *look)]
    observer, http = seen(*answers)
    monkeypatch.setattr(import_module(MINUTES), "time", clock)

    counted = [Traffic.read([observer.metrics(ID)]).requests for _ in range(60)]

    assert [*dict.fromkeys(counted)] == [20, 30]
    asked = [json.loads(body) for _, _, body, _ in http.request_sequence if body]
    assert [one["orderBy"] for one in asked] == ["timestamp desc"] + 3 * [
        "timestamp asc"
    ]
    assert 'timestamp>="2026-11-29T00:58:34+00:00"' in asked[2]["filter"]


def test_a_release_of_long_ago_is_counted_from_its_newest_lines(seen: Seen) -> None:
    """Those of its whole life are many, and the oldest end while it is looked at."""
    newest = [{**minute(3), "insertId": str(number)} for number in range(1000)]
    observer, http = seen(revision(), page(*newest, after="older"))

    counted = Traffic.read([observer.metrics(ID)])

    assert counted.requests == 10_000
    (asked,) = (json.loads(body) for _, _, body, _ in http.request_sequence if body)
    assert (asked["orderBy"], asked["pageSize"]) == ("timestamp desc", 1000)


def test_a_line_of_two_buckets_counts_once(seen: Seen) -> None:
    observer, _ = seen(revision(), page(minute(1), minute(1)))
    assert Traffic.read([observer.metrics(ID)]).requests == 10


def test_a_log_that_was_read_too_often_is_read_in_the_next_minute(
    seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(google, "time", SimpleNamespace(sleep=waited.append))
    spent = 429, {"error": {"message": "Quota exceeded for 'Read requests'"}}
    observer, _ = seen(revision(), *[spent] * 7, page(entry(1, event="ready")))

    (line,) = observer.logs(ID)

    assert json.loads(line)["event"] == "ready"
    assert len(waited) == 7


def test_a_page_may_be_empty_and_not_the_last(seen: Seen) -> None:
    observer, http = seen(revision(), page(after="more"), page(entry(1, event="ready")))

    (line,) = observer.logs(ID)

    assert json.loads(line)["event"] == "ready"
    assert json.loads(http.request_sequence[2][2])["pageToken"] == "more"


def test_lines_are_as_they_were_written(seen: Seen) -> None:
    observer, _ = seen(
        revision(),
        page(entry(1, event="ready"), text(2, "Container called exit(1).")),
    )

    first, second = observer.logs(ID)

    assert json.loads(first) == {"time": "2026-11-29T01:00:01Z", "event": "ready"}
    assert second == "Container called exit(1).\n"


def test_whoever_follows_hears_each_line_once(seen: Seen) -> None:
    observer, http = seen(
        revision(),
        page(entry(1, event="starting")),
        page(entry(1, event="starting"), entry(2, event="ready")),
    )

    lines = islice(observer.logs(ID, follow=True), 2)

    assert [json.loads(one)["event"] for one in lines] == ["starting", "ready"]
    again = json.loads(http.request_sequence[2][2])["filter"]
    assert 'timestamp>="2026-11-29T00:58:31+00:00"' in again  # others may be late


def test_the_last_error_is_the_last_word(seen: Seen) -> None:
    newest_first = page(
        entry(3, level="info", event="stopped"),
        entry(2, level="error", error="no memory"),
        entry(1, level="error", error="no model"),
    )
    observer, http = seen(revision(), newest_first)

    assert observer.last_words(ID) == "no memory"
    asked = json.loads(http.request_sequence[1][2])
    assert (asked["orderBy"], asked["pageSize"]) == ("timestamp desc", 50)


def test_a_log_that_may_not_be_read_is_no_reason_to_say_nothing(seen: Seen) -> None:
    refused = 403, {"error": {"message": "Permission denied"}}
    failed = {"type": "Ready", "state": "CONDITION_FAILED", "message": "No image."}
    observer, _ = seen(revision(conditions=[failed]), refused)
    assert observer.last_words(ID) == "No image"
    observer, _ = seen(revision(), refused)
    with pytest.raises(CloudError, match="the log cannot be read: Permission denied"):
        list(observer.logs(ID))
