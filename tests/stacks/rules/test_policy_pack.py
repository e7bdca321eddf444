"""The policy pack says what the rule book says, in the same words."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
import yaml

from stacks.offline.values import UNKNOWN
from stacks.rules import RULES, broken, read
from stacks.rules.waivers import FILE

from .pack import Pack
from .planted import PLANTED, STACKS, asked, clean, settings

DOCKER = "docker:index/container:Container"


class Packs:
    """One running pack for each platform, started when it is first asked for."""

    def __init__(self, scratch: Path, open_until_the_end: ExitStack) -> None:
        self._scratch, self._end = scratch, open_until_the_end
        self._running: dict[str, Pack] = {}

    def __getitem__(self, platform: str) -> Pack:
        if platform not in self._running:
            pack = Pack(self._scratch / platform, "prod", settings(platform))
            self._running[platform] = self._end.enter_context(pack)
        return self._running[platform]


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Packs]:
    with ExitStack() as end:
        yield Packs(tmp_path_factory.mktemp("packs"), end)


def test_every_rule_is_a_policy_that_stops_an_update(packs: Packs) -> None:
    stopping = [name for name, stops in packs["local"].policies().items() if stops]
    assert {*stopping} >= {rule.__name__ for rule in RULES}


@pytest.mark.parametrize("platform", STACKS)
@pytest.mark.parametrize("targeted", [False, True])
def test_nothing_is_said_of_a_stack_that_breaks_no_rule(
    packs: Packs, platform: str, targeted: bool
) -> None:
    assert packs[platform].said(clean(platform).resources, targeted=targeted) == []


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_broken_rule_is_told_in_the_rule_books_words(
    packs: Packs, mistake: str
) -> None:
    planted = PLANTED[mistake]
    declaration, its = clean(planted.platform), asked(planted.platform)
    planted.change(declaration)

    said = packs[planted.platform].said(declaration.resources)

    found = broken(read(declaration.resources, its), its)
    assert planted.rule in {one.rule for one in found}
    assert said == [(one.rule, str(one)) for one in found]


def test_of_what_only_an_update_can_tell_nothing_is_said(packs: Packs) -> None:
    declaration = clean("local")
    for key in ("image", "envs", "healthcheck", "memory", "user"):
        declaration.only(DOCKER, "model-1").inputs[key] = UNKNOWN

    assert packs["local"].said(declaration.resources) == []


@pytest.fixture
def mistaken(tmp_path: Path) -> Iterator[Pack]:
    """A pack of its own, for other waivers."""
    with Pack(tmp_path / "clone", "prod", settings("local")) as pack:
        yield pack


def test_the_waivers_of_the_clone_are_heard(mistaken: Pack) -> None:
    declaration = clean("local")
    PLANTED["local: root"].change(declaration)
    waiver = {
        "judge": "slipway",
        "check": "user",
        "objects": "prod/model-*",
        "reason": "a trial",
        "owner": "platform",
        "expires": date.today(),
    }
    file = mistaken.clone / FILE

    file.write_text(yaml.safe_dump([waiver]))
    assert mistaken.said(declaration.resources) == []

    file.write_text(yaml.safe_dump([{**waiver, "expires": date(2026, 1, 1)}]))
    (expired, still) = mistaken.said(declaration.resources)
    assert expired[0] == "waivers"
    assert "of platform, expired on 2026-01-01" in expired[1]
    assert still[0] == "user"

    file.write_text(yaml.safe_dump([{**waiver, "owner": ""}]))
    ((policy, sentence),) = mistaken.said(declaration.resources)
    assert policy == "waivers"
    assert "waiver 1 owner: string should have at least 1 character" in sentence
