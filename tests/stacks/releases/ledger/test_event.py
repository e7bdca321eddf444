import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from stacks.releases.ledger.event import Event, LedgerError, Release

NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
RELEASE = Release(name="wine", version="1.0.1", digest=f"sha256:{'a' * 64}")

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
evidence = st.dictionaries(
    st.text(), st.recursive(scalars, lambda inner: st.lists(inner, max_size=3))
)


def verified(**fields: JsonValue) -> Event:
    return Event(
        kind="verified",
        at=NOON,
        by="ann",
        stack="staging",
        release=RELEASE,
        evidence=fields,
    )


@given(evidence)
def test_whatever_the_evidence_the_file_reads_back_as_the_same_event(
    evidence: dict[str, JsonValue],
) -> None:
    event = verified(**evidence)

    again = Event.read(event.content(), "000001.json")

    assert again == event
    assert again.hash == event.hash


def test_a_file_is_sorted_readable_json_that_ends_its_last_line() -> None:
    text = verified(town="Köln").content().decode()

    assert list(json.loads(text)) == sorted(json.loads(text))
    assert '\n  "at": "2026-03-01T12:00:00Z",\n' in text
    assert '"town": "Köln"' in text
    assert text.endswith("}\n")


def test_evidence_that_json_cannot_hold_is_kept_as_text() -> None:
    event = verified(psi=float("nan"), path="broken \udcff name")

    assert event.evidence == {"psi": "nan", "path": "broken ? name"}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"schema": 2}, "has schema 2, this Slipway knows 1; upgrade Slipway"),
        ({"kind": "blessed"}, "has kind 'blessed', which this Slipway does not know"),
        ({"kind": ["built"]}, "which this Slipway does not know"),
        ({"stack": ""}, r"is not an event \(stack: "),
        ({"colour": "red"}, r"is not an event \(colour: "),
        ({"at": "2026-03-01T13:00:00+01:00"}, "was edited by hand"),
        ({"evidence": {"psi": float("nan")}}, "was edited by hand"),
    ],
)
def test_a_file_that_is_no_event_of_this_schema_is_named(
    change: dict[str, JsonValue], complaint: str
) -> None:
    fields = json.loads(verified().content()) | change
    content = json.dumps(fields, sort_keys=True, indent=2).encode() + b"\n"

    with pytest.raises(LedgerError, match=f"^000007.json on a branch .*{complaint}"):
        Event.read(content, "000007.json on a branch")


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"[" * 100_000, b"1e999"])
def test_a_file_that_is_nothing_at_all_is_named(content: bytes) -> None:
    with pytest.raises(LedgerError, match=r"^000007\.json is not "):
        Event.read(content, "000007.json")


@pytest.mark.parametrize(
    "fields",
    [
        {"version": "1.0 final"},
        {"digest": "a" * 64},
        {"digest": f"sha256:{'A' * 64}"},
        {"recipe": "abc"},
    ],
)
def test_a_release_with_a_malformed_identity_cannot_be_made(
    fields: dict[str, str],
) -> None:
    with pytest.raises(ValidationError):
        Release.model_validate({"name": "wine", "version": "1.0.1"} | fields)


def test_an_event_is_never_dated_before_the_one_it_follows() -> None:
    early = verified(n=1).model_copy(update={"at": NOON - timedelta(hours=1)})

    assert early.after(verified()).at == NOON
    assert early.after(verified(), late=True).at == NOON - timedelta(hours=1)


def test_a_release_is_called_by_its_version_and_enough_of_its_digest(
    wine: Callable[..., Release],
) -> None:
    recipe = Release(name="wine", version="1.0.1", recipe="0123456789ab")

    assert str(wine("1.0.1")) == "wine 1.0.1 (sha256:aaaaaaaaaaaa…)"
    assert str(recipe) == "wine 1.0.1 (recipe 0123456789ab)"
