"""A question to every gate, of which each test changes what it is about."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stacks.observe.replica import Replica
from stacks.releases.gates import Outcome, Question, judge
from stacks.releases.ledger.event import Event, Kind, Release
from stacks.releases.ledger.history import History
from stacks.settings.stack import StackSettings
from tests.stacks.releases.test_verification import GOOD

NOON = datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC)  # a Wednesday
DIGEST = f"sha256:{'a' * 64}"
OLD = f"sha256:{'9' * 64}"
WINE = Release(name="wine", version="1.1.0", digest=DIGEST)
WINE_BEFORE = Release(name="wine", version="1.0.0", digest=OLD)

Asked = Callable[..., Question]


def happened(
    kind: Kind,
    stack: str,
    release: Release = WINE,
    at: datetime = NOON,
    by: str = "ann@example.org",
    **evidence: Any,
) -> Event:
    return Event(
        kind=kind, at=at, by=by, stack=stack, release=release, evidence=evidence
    )


def settings(stack: str, **more: Any) -> StackSettings:
    return StackSettings.parse(
        stack,
        {
            "slipway:tier": stack,
            "slipway:upstream": "dev" if stack == "staging" else "staging",
            "slipway:platform": {"kind": "local", "port": 8003},
            **{f"slipway:{key}": value for key, value in more.items()},
        },
    )


def serving(**changes: Any) -> Replica:
    return replace(GOOD, digest=DIGEST, in_rotation=True, **changes)


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """A question about a release that is fine, but for what a test says."""

    def question(
        *events: Event, gates: dict[str, Any] | None = None, **more: Any
    ) -> Question:
        fine: dict[str, Any] = {
            "root": tmp_path,
            "release": WINE,
            "source": "staging",
            "source_settings": settings("staging"),
            "target": "prod",
            "target_settings": settings("prod", gates=gates or {}),
            "line": ("staging", "dev"),
            "history": History(events or (happened("verified", "staging"),)),
            "replicas": lambda: [serving()],
            "manifest": lambda _: pytest.fail("no gate here asks for a manifest"),
            "platforms": lambda: ("linux/amd64", "linux/arm64"),
            "author": "bob@example.org",
            "at": NOON,
        }
        return Question(**{**fine, **more})

    return question


def answer(question: Question, gate: str) -> Outcome:
    """What one gate says to the question."""
    (found,) = [one for one in judge(question) if one.gate == gate]
    return found


def gates_asked(question: Question) -> list[str]:
    return [one.gate for one in judge(question)]
