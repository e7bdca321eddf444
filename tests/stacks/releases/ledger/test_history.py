"""A ledger's files in memory: what replays, what is found, and what is answered."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.releases.ledger.event import Event, Kind, LedgerError, Release
from stacks.releases.ledger.history import History
from stacks.releases.ledger.replay import file_name, replay

NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
KINDS: tuple[Kind, ...] = ("built", "verified", "failed")

releases = st.builds(
    Release,
    name=st.just("wine"),
    version=st.sampled_from(["1.0.0", "1.0.1"]),
    digest=st.sampled_from([f"sha256:{letter * 64}" for letter in "ab"]),
)
drafts = st.builds(
    Event,
    kind=st.sampled_from(KINDS),
    at=st.just(NOON),
    by=st.just("ann"),
    stack=st.sampled_from(["dev", "staging"]),
    release=releases,
    evidence=st.dictionaries(st.text(), st.text(), max_size=2),
)


def chained(events: list[Event]) -> list[Event]:
    chain: list[Event] = []
    for event in events:
        chain.append(event.after(chain[-1] if chain else None))
    return chain


def files_of(events: list[Event]) -> dict[str, bytes]:
    return {file_name(i): event.content() for i, event in enumerate(events, 1)}


histories = st.lists(drafts, min_size=1, max_size=6).map(chained)


@given(histories)
def test_any_sequence_of_events_replays(events: list[Event]) -> None:
    assert replay(files_of(events), events[-1].hash, "here") == events


@given(histories, st.data())
def test_any_edit_of_a_single_byte_is_found(events: list[Event], data) -> None:
    files = files_of(events)
    name = data.draw(st.sampled_from(sorted(files)))
    at = data.draw(st.integers(0, len(files[name]) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda b: b != files[name][at]))
    files[name] = files[name][:at] + bytes([other]) + files[name][at + 1 :]

    with pytest.raises(LedgerError, match=r"\d{6}\.json"):
        replay(files, events[-1].hash, "here")


@given(histories, st.data())
def test_any_removed_event_is_found(events: list[Event], data) -> None:
    files = files_of(events)
    del files[data.draw(st.sampled_from(sorted(files)))]

    with pytest.raises(LedgerError):
        replay(files, events[-1].hash, "here")


@given(histories, st.data())
def test_an_event_cut_out_and_the_rest_moved_up_is_found(
    events: list[Event], data
) -> None:
    rest = list(events)
    del rest[data.draw(st.integers(0, len(events) - 1))]

    with pytest.raises(LedgerError):
        replay(files_of(rest), events[-1].hash, "here")


@given(histories.filter(lambda events: len(events) > 1), st.data())
def test_any_two_events_that_changed_places_are_found(
    events: list[Event], data
) -> None:
    pairs = st.lists(st.sampled_from(range(len(events))), min_size=2, unique=True)
    first, second, *_ = data.draw(pairs)
    swapped = list(events)
    swapped[first], swapped[second] = events[second], events[first]

    with pytest.raises(LedgerError, match=r"\d{6}\.json"):
        replay(files_of(swapped), events[-1].hash, "here")


@given(histories, st.data())
def test_any_event_told_twice_is_found(events: list[Event], data) -> None:
    told = data.draw(st.sampled_from(events))
    at = data.draw(st.integers(0, len(events)))

    with pytest.raises(LedgerError, match=r"\d{6}\.json"):
        replay(files_of([*events[:at], told, *events[at:]]), events[-1].hash, "here")


@given(histories, drafts, st.data())
def test_any_fork_is_found(events: list[Event], other: Event, data) -> None:
    at = data.draw(st.integers(0, len(events) - 1))
    fork = other.after(events[at - 1] if at else None)
    files = files_of([*events, fork])

    with pytest.raises(LedgerError, match=file_name(len(events) + 1)):
        replay(files, events[-1].hash, "here")


@given(histories, drafts, st.data())
def test_another_event_in_the_place_of_one_is_found(
    events: list[Event], other: Event, data
) -> None:
    at = data.draw(st.integers(0, len(events) - 1))
    forged = other.after(events[at - 1] if at else None)
    files = files_of(events) | {file_name(at + 1): forged.content()}

    if forged == events[at]:
        assert replay(files, events[-1].hash, "here") == events
    else:
        with pytest.raises(LedgerError, match=r"\d{6}\.json"):
            replay(files, events[-1].hash, "here")


def test_a_file_that_is_none_of_the_ledgers_is_named() -> None:
    with pytest.raises(LedgerError, match=r"'notes\.txt' in here is not an event's"):
        replay({"notes.txt": b""}, None, "here")


def test_a_fork_is_told_from_an_edit() -> None:
    event = Event(
        kind="built",
        at=NOON,
        by="ann",
        stack="dev",
        release=Release(name="wine", version="1.0.1"),
    )
    one, two, three = chained([event, event, event])
    edited = one.model_copy(update={"by": "eve"})

    with pytest.raises(LedgerError, match=r"000003\.json in here follows 000001\.json"):
        replay(files_of([one, two, two]), two.hash, "here")
    with pytest.raises(LedgerError, match=r"000002.*one of the two was edited"):
        replay(files_of([edited, two, three]), three.hash, "here")


Tell = Callable[..., History]


@pytest.fixture
def tell(wine: Callable[..., Release]) -> Tell:
    """A history from lines such as `staging verified 1.0.1 a`."""

    def history(*lines: str) -> History:
        events = []
        for minute, line in enumerate(lines):
            stack, kind, version, digest, *late = line.split()
            release = wine(version, digest)
            at = NOON + timedelta(minutes=minute - (60 if late else 0))
            fields = {"kind": kind, "at": at, "by": "ann", "stack": stack}
            event = Event.model_validate({**fields, "release": release})
            events.append(event)
        return History(events)

    return history


def test_the_last_verification_is_of_that_stack_and_digest(tell: Tell) -> None:
    history = tell(
        "dev verified 1.0.1 a",
        "staging failed 1.0.1 a",
        "staging verified 1.0.1 a",
        "staging failed 1.0.2 b",
        "prod failed 1.0.1 a",
    )

    last = history.last_verification("staging", f"sha256:{'a' * 64}")

    assert last == history.events[2]
    assert history.last_verification("staging", f"sha256:{'c' * 64}") is None


def test_a_late_line_does_not_overrule_a_failure_that_came_after_it(
    tell: Tell,
) -> None:
    history = tell("staging failed 1.0.1 a", "staging verified 1.0.1 a late")

    last = history.last_verification("staging", f"sha256:{'a' * 64}")

    assert last == history.events[0]


def test_a_late_failure_counts(tell: Tell) -> None:
    history = tell("staging verified 1.0.1 a", "staging failed 1.0.1 a late")

    last = history.last_verification("staging", f"sha256:{'a' * 64}")

    assert last == history.events[1]


def test_a_failure_before_there_was_a_digest_counts_for_the_recipe(
    wine: Callable[..., Release],
) -> None:
    built = wine("1.0.1", "a", recipe="0" * 12)
    proven = Event(kind="verified", at=NOON, by="ann", stack="dev", release=built)
    failed = proven.model_copy(
        update={"kind": "failed", "release": wine("1.0.1", "", recipe="0" * 12)}
    )

    last = History([proven, failed]).last_verification("dev", built.digest or "")

    assert last == failed


def test_the_current_release_is_the_last_verified_one(tell: Tell) -> None:
    history = tell(
        "prod verified 1.0.0 a", "prod verified 1.0.1 b", "prod failed 1.2 c"
    )

    assert str(history.current("prod")).startswith("wine 1.0.1 ")
    assert history.current("dev") is None


def test_the_stable_release_has_not_failed_since(tell: Tell) -> None:
    history = tell(
        "prod verified 1.0.0 a", "prod verified 1.0.1 b", "prod failed 1.0.1 b"
    )

    assert str(history.current("prod")).startswith("wine 1.0.1 ")
    assert str(history.stable("prod")).startswith("wine 1.0.0 ")


def test_the_previous_release_is_another_one_that_still_stands(tell: Tell) -> None:
    history = tell(
        "prod verified 0.9.0 a",
        "prod verified 1.0.0 b",
        "prod failed 1.0.0 b",
        "prod verified 1.0.1 c",
        "prod verified 1.0.1 c",
    )

    assert str(history.previous("prod")).startswith("wine 0.9.0 ")
    assert tell("prod verified 1.0.1 c").previous("prod") is None


def test_an_image_is_found_by_recipe_and_a_release_by_digest(
    wine: Callable[..., Release],
) -> None:
    built = wine("1.0.1", "a", recipe="0" * 12)
    renamed = built.model_copy(update={"version": "1.0.1-r2"})
    events = [
        Event(kind="built", at=NOON, by="ann", stack="dev", release=release)
        for release in (built, renamed)
    ]
    history = History(events)

    assert history.built("0" * 12) == renamed
    assert history.built("1" * 12) is None
    assert history.release_of(built.digest or "") == built
    assert history.releases_of(built.digest or "") == [built, renamed]


@pytest.mark.parametrize(
    ("story", "back"),
    [
        ("verified a, verified b", "a"),
        ("verified a, verified b, deployed c, failed c", "b"),
        ("verified a, verified b, canary c", "b"),
        ("verified a, verified b, failed b", "a"),
        ("verified a, verified b, admitted b", "a"),
        # Going back twice does not come forward again, unless it was verified since.
        ("verified a, verified b, verified c, rolled-back b -c, verified b", "a"),
        ("verified a, verified b, rolled-back a -b, verified b, verified c", "b"),
        ("verified a", None),
        ("verified a, failed a, verified b", None),
    ],
)
def test_the_way_back_leads_to_what_stood_before(story: str, back: str | None) -> None:
    history = History([_told(line) for line in story.split(", ")])
    left = history.leaving("prod")

    found = history.way_back("prod", left.digest or "") if left else None

    assert (found.version if found else None) == back


def _told(line: str) -> Event:
    kind, version, *left = line.split()

    def release(name: str) -> Release:
        return Release(name="wine", version=name, digest=f"sha256:{name * 64}")

    evidence = {"left": str(release(left[0][1:]).digest)} if left else {}
    return Event(
        kind=kind,  # type: ignore[arg-type]
        at=NOON,
        by="ann",
        stack="prod",
        release=release(version),
        evidence=dict(evidence),
    )
