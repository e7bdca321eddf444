from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from stacks.releases.admission import Request, refusal
from stacks.releases.event import Event, Kind, Release
from stacks.releases.history import History

NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
Wine = Callable[..., Release]


def event(kind: Kind, stack: str, release: Release, **fields: str) -> Event:
    reason = fields.pop("reason", None)
    return Event(
        kind=kind,
        at=NOON,
        by="ann",
        stack=stack,
        release=release,
        deployment=fields.get("deployment"),
        evidence={"reason": reason} if reason else {},
    )


def request(stack: str, upstream: str | None, release: Release) -> Request:
    return Request(stack=stack, upstream=upstream, release=release, deployment="fit")


def test_a_release_verified_upstream_is_admitted(wine: Wine) -> None:
    history = History([event("verified", "staging", wine("1.0.1"))])

    assert refusal(history, request("prod", "staging", wine("1.0.1"))) is None


def test_a_stack_without_upstream_admits_what_nobody_has_seen(wine: Wine) -> None:
    assert refusal(History([]), request("dev", None, wine("1.0.1"))) is None


def test_what_failed_verification_here_is_refused_with_the_way_out(
    wine: Wine,
) -> None:
    failed = event(
        "failed", "dev", wine("1.0.1"), deployment="fit", reason="it is not ready"
    )

    assert refusal(History([failed]), request("dev", None, wine("1.0.1"))) == (
        "dev: wine 1.0.1 (sha256:aaaaaaaaaaaa…) failed verification here on "
        "2026-03-01 12:00 UTC (it is not ready); deploy another version, change the "
        "settings, or let it try again with `python -m stacks retry dev`"
    )


def test_a_failure_is_forgiven_by_a_later_verification(wine: Wine) -> None:
    events = [
        event(kind, "dev", wine("1.0.1"), deployment="fit")
        for kind in ("failed", "verified")
    ]

    assert refusal(History(events), request("dev", None, wine("1.0.1"))) is None


def test_a_failure_with_other_settings_or_elsewhere_refuses_nothing(
    wine: Wine,
) -> None:
    events = [
        event("failed", "dev", wine("1.0.1"), deployment="tight"),
        event("failed", "prod", wine("1.0.1"), deployment="fit"),
    ]

    assert refusal(History(events), request("dev", None, wine("1.0.1"))) is None


def test_what_upstream_never_verified_is_refused_with_what_it_runs(
    wine: Wine,
) -> None:
    history = History(
        [
            event("verified", "dev", wine("1.0.1")),
            event("verified", "staging", wine("1.0.0", "9")),
        ]
    )

    assert refusal(history, request("prod", "staging", wine("1.0.1"))) == (
        "prod: wine 1.0.1 (sha256:aaaaaaaaaaaa…) has not been verified in staging, "
        "which runs wine 1.0.0 (sha256:999999999999…); promote it through staging first"
    )


def test_an_upstream_where_nothing_is_verified_admits_nothing(wine: Wine) -> None:
    answer = refusal(History([]), request("prod", "staging", wine("1.0.1")))

    assert answer is not None
    assert "in staging, where nothing is verified yet; promote" in answer


def test_what_failed_upstream_since_it_was_verified_there_is_refused(
    wine: Wine,
) -> None:
    history = History(
        [
            event("verified", "staging", wine("1.0.1")),
            event("failed", "staging", wine("1.0.1"), reason="it drifted"),
        ]
    )

    assert refusal(history, request("prod", "staging", wine("1.0.1"))) == (
        "prod: wine 1.0.1 (sha256:aaaaaaaaaaaa…) failed verification in staging on "
        "2026-03-01 12:00 UTC (it drifted), which was verified with it before; verify "
        "it in staging again, or deploy another version"
    )


@pytest.mark.parametrize("label", [("wine", "1.0.0"), ("beer", "1.0.1")])
def test_a_digest_under_a_wrong_name_or_version_is_refused(
    wine: Wine, label: tuple[str, str]
) -> None:
    name, version = label
    known = wine("1.0.0").model_copy(update={"name": name, "version": version})
    history = History([event("verified", "staging", known)])

    assert refusal(history, request("prod", "staging", wine("1.0.1"))) == (
        f"prod: sha256:aaaaaaaaaaaa… is {name} {version}, not wine 1.0.1; write the "
        "version that belongs to this digest, or promote wine 1.0.1"
    )


def test_a_digest_that_was_given_a_second_version_is_admitted_under_both(
    wine: Wine,
) -> None:
    history = History(
        [
            event("verified", "staging", wine("1.0.1")),
            event("verified", "staging", wine("1.0.1-r2")),
        ]
    )

    assert refusal(history, request("prod", "staging", wine("1.0.1"))) is None
    assert refusal(history, request("prod", "staging", wine("1.0.1-r2"))) is None


def test_a_release_without_a_digest_never_passes_an_upstream() -> None:
    release = Release(name="wine", version="1.0.1", recipe="0" * 12)

    assert refusal(History([]), request("prod", "staging", release)) == (
        "prod: wine 1.0.1 (recipe 000000000000) names no digest; promote it from "
        "staging"
    )
