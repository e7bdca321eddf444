from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from stacks.releases.admission import Request, refusal
from stacks.releases.ledger.event import Event, Kind, Release
from stacks.releases.ledger.history import History

NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
Wine = Callable[..., Release]


def event(kind: Kind, stack: str, release: Release, **fields: object) -> Event:
    deployment = fields.pop("deployment", None)
    return Event(
        kind=kind,
        at=NOON,
        by="ann",
        stack=stack,
        release=release,
        deployment=deployment,  # type: ignore[arg-type]
        evidence=fields,  # type: ignore[arg-type]
    )


def request(
    stack: str, upstream: str | None, release: Release, *line: str, at: datetime = NOON
) -> Request:
    return Request(
        stack=stack,
        upstream=upstream,
        release=release,
        deployment="fit",
        line=line,
        at=at,
    )


def passed(release: Release, **evidence: object) -> list[Event]:
    """Verified in staging, and through the gates of prod."""
    return [
        event("verified", "staging", release),
        event("admitted", "prod", release, **evidence),
    ]


def test_a_release_that_passed_the_gates_is_admitted(wine: Wine) -> None:
    history = History(passed(wine("1.0.1")))

    assert refusal(history, request("prod", "staging", wine("1.0.1"))) is None


def test_a_release_that_passed_no_gate_is_refused_with_the_way(wine: Wine) -> None:
    history = History(passed(wine("1.0.1"))[:1])

    assert refusal(history, request("prod", "staging", wine("1.0.1"))) == (
        "prod: wine 1.0.1 (sha256:aaaaaaaaaaaa…) has not passed the gates of prod; run "
        "`python -m stacks promote 1.0.1 --from staging --to prod`"
    )


def test_gates_that_were_passed_too_long_ago_are_no_admission(wine: Wine) -> None:
    expires = (NOON + timedelta(hours=1)).isoformat()
    history = History(passed(wine("1.0.1"), expires=expires))
    in_time, late = NOON + timedelta(minutes=59), NOON + timedelta(minutes=61)

    def asked(at: datetime) -> str | None:
        return refusal(history, request("prod", "staging", wine("1.0.1"), at=at))

    assert asked(in_time) is None
    assert "were good until 2026-03-01T13:00:00" in (asked(late) or "")


def test_a_clock_that_was_set_back_makes_no_old_admission_new(wine: Wine) -> None:
    expires = (NOON - timedelta(hours=1)).isoformat()
    history = History(passed(wine("1.0.1"), expires=expires))
    yesterday = NOON - timedelta(days=1)

    answer = refusal(history, request("prod", "staging", wine("1.0.1"), at=yesterday))

    assert "were good until" in (answer or "")


def test_what_is_verified_here_may_be_deployed_again_whenever(wine: Wine) -> None:
    """A rollback, one more replica: neither asks gates again, nor the upstream."""
    expires = (NOON - timedelta(hours=1)).isoformat()
    history = History(
        [
            *passed(wine("1.0.1"), expires=expires),
            event("verified", "prod", wine("1.0.1")),
            event("failed", "staging", wine("1.0.1"), reason="it drifted"),
        ]
    )

    assert refusal(history, request("prod", "staging", wine("1.0.1"))) is None


def test_a_vetoed_release_is_refused_there_and_after_it(wine: Wine) -> None:
    history = History(
        [
            *passed(wine("1.0.1")),
            event("vetoed", "staging", wine("1.0.1"), reason="it leaks"),
        ]
    )

    answer = refusal(history, request("prod", "staging", wine("1.0.1"), "staging"))

    assert answer == (
        "prod: wine 1.0.1 (sha256:aaaaaaaaaaaa…) was vetoed in staging by ann on "
        "2026-03-01 12:00 UTC (it leaks); deploy another version, or lift the veto "
        "with `python -m stacks veto staging 1.0.1 --lift`"
    )
    assert refusal(history, request("qa", None, wine("1.0.1"))) is None


def test_a_veto_bars_a_rebuild_of_the_same_recipe_in_dev(wine: Wine) -> None:
    built = wine("1.0.1", recipe="0" * 12)
    history = History(
        [event("built", "dev", built), event("vetoed", "dev", wine("1.0.1"))]
    )
    asked = wine("1.0.1", digest="", recipe="0" * 12)

    assert "was vetoed" in (refusal(history, request("dev", None, asked)) or "")


def test_a_held_stack_takes_nothing_but_what_it_is_held_at(wine: Wine) -> None:
    old, new = wine("1.0.0", "9"), wine("1.0.1")
    history = History(
        [
            event("verified", "prod", old),
            *passed(new),
            event("held", "prod", old, reason="holidays"),
        ]
    )

    assert refusal(history, request("prod", "staging", new)) == (
        "prod: it is held at wine 1.0.0 (sha256:999999999999…) by ann on 2026-03-01 "
        "12:00 UTC (holidays), so it does not take wine 1.0.1 (sha256:aaaaaaaaaaaa…); "
        "lift the hold with `python -m stacks hold prod --lift`"
    )
    assert refusal(history, request("prod", "staging", old)) is None


@pytest.mark.parametrize("kind", ["held", "vetoed"])
def test_an_order_that_was_lifted_counts_no_more(wine: Wine, kind: Kind) -> None:
    barred = wine("1.0.0", "9") if kind == "held" else wine("1.0.1")
    order = event(kind, "prod", barred)
    lifted = event("lifted", "prod", barred, lifts=order.id)
    history = History([*passed(wine("1.0.1")), order, lifted])

    assert refusal(history, request("prod", "staging", wine("1.0.1"))) is None


def test_a_second_hold_is_not_lifted_with_the_first(wine: Wine) -> None:
    first = event("held", "prod", wine("1.0.0", "9"), reason="holidays")
    lifted = event("lifted", "prod", wine("1.0.0", "9"), lifts=first.id)
    second = event("held", "prod", wine("1.0.0", "9"), reason="rolled back")
    history = History([*passed(wine("1.0.1")), first, lifted, second])

    answer = refusal(history, request("prod", "staging", wine("1.0.1")))

    assert "(rolled back)" in (answer or "")


def test_a_broken_glass_opens_everything_but_a_failed_verification(wine: Wine) -> None:
    new = wine("1.0.1")
    orders = [
        event("held", "prod", wine("1.0.0", "9")),
        event("vetoed", "prod", new),
        event("break-glass", "prod", new, reason="the site is down"),
    ]
    failed = event("failed", "prod", new, deployment="fit")

    assert refusal(History(orders), request("prod", "staging", new)) is None
    answer = refusal(History([*orders, failed]), request("prod", "staging", new))
    assert "failed verification here" in (answer or "")


def test_a_gate_that_was_overridden_is_not_asked_by_the_lock_either(
    wine: Wine,
) -> None:
    admitted = event("admitted", "prod", wine("1.0.1"), overrides=["verified"])

    answer = refusal(History([admitted]), request("prod", "staging", wine("1.0.1")))

    assert answer is None


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
            *passed(wine("1.0.1")),
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


@pytest.mark.parametrize("kind", ["held", "vetoed", "rolled-back"])
def test_an_order_after_a_broken_glass_counts_again(wine: Wine, kind: Kind) -> None:
    """Else the glass would be a hole that nobody can close for a day."""
    new, old = wine("1.0.1"), wine("1.0.0", "9")
    glass = event("break-glass", "prod", new, reason="the site is down")
    order = event(kind, "prod", new if kind == "vetoed" else old)

    before = refusal(History([glass]), request("prod", "staging", new))
    after = refusal(History([glass, order]), request("prod", "staging", new))

    assert before is None
    assert after is not None


def test_where_others_orders_are_not_seen_only_what_stands_here_passes(
    wine: Wine,
) -> None:
    release = wine("1.0.1")
    asked = request("prod", "staging", release)
    blind = replace(asked, blind="origin is out of reach")
    verified = event("verified", "prod", release)

    told = refusal(History(passed(release)), blind)

    assert "could not be seen (origin is out of reach)" in (told or "")
    assert refusal(History(passed(release)), asked) is None
    assert refusal(History([*passed(release), verified]), blind) is None
