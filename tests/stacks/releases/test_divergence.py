"""A stack beside all that is declared of it, and what puts it back."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from stacks.observe.replica import Changes
from stacks.releases import divergence as module
from stacks.releases.divergence import Divergence, divergence


class Observer:
    """Sees these changes of a stack that this engine made."""

    def __init__(self, *found: str, engine: str = "offline") -> None:
        self._found, self._engine = found, engine

    def changed_by_hand(self, declared: Any) -> Changes:
        return Changes(found=self._found, not_looked_at=("2 Volume",))

    def engines(self) -> set[str]:
        return {*filter(None, [self._engine])}


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Any:
    def make(observer: Observer, said: str | None = None, tier: str = "prod") -> Any:
        address = SimpleNamespace(address="127.0.0.1:1")
        settings = SimpleNamespace(tier=tier, registry=address)
        reads = SimpleNamespace(read=lambda root, stack: settings)
        monkeypatch.setattr(module, "StackSettings", reads)
        stands = SimpleNamespace(divergence=said)
        monkeypatch.setattr(module, "stands_now", lambda *_: stands)
        monkeypatch.setattr(module, "observer_for", lambda *_: observer)
        declared = SimpleNamespace(resources=[])
        monkeypatch.setattr(module, "declare", lambda *_: declared)
        return divergence(Path(), "prod")

    return make


def test_what_is_as_declared_needs_no_remedy(look: Any) -> None:
    found: Divergence = look(Observer())
    assert (found.diverged, found.remedy) == ((), None)
    assert found.not_looked_at == ("2 Volume",)


def test_another_release_than_declared_is_put_back_by_up(look: Any) -> None:
    found: Divergence = look(Observer(), "model-1 runs sha256:2…")
    assert found.diverged == ("model-1 runs sha256:2…",)
    assert found.remedy == "`python -m stacks up prod` puts it back"


def test_the_offline_engine_learns_of_what_is_gone(look: Any) -> None:
    found: Divergence = look(Observer("container a is not as it was"))
    assert found.remedy == (
        "`python -m stacks up prod` puts it back where it is gone; what was changed is "
        "removed first (`docker rm --force`)"
    )


def test_what_was_never_up_is_brought_up(look: Any) -> None:
    found: Divergence = look(Observer("app slipway-prod is gone", engine=""))
    assert found.remedy == "`python -m stacks up prod` puts it back"


def test_pulumi_learns_of_it_by_a_refresh(look: Any) -> None:
    found: Divergence = look(Observer("Deployment wine is gone", engine="pulumi"))
    assert (found.remedy or "").startswith("`pulumi up --refresh --stack prod`")


def test_a_shared_stack_s_registry_has_to_answer(look: Any) -> None:
    found: Divergence = look(Observer(), tier="shared")
    assert found.standing is None
    assert found.diverged == ("the registry at 127.0.0.1:1 does not answer",)
