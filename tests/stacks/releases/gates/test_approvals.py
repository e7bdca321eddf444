"""Only people count, each once, and never the one whose release it is."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from stacks.releases.ledger.event import Event, Release
from stacks.releases.signature import SignatureError, sign, signer, statement
from tests.stacks.releases.gates.conftest import (
    WINE,
    WINE_BEFORE,
    Asked,
    answer,
    happened,
)

pytestmark = pytest.mark.skipif(
    not shutil.which("ssh-keygen"), reason="no ssh-keygen (OpenSSH's client) here"
)
Keys = Callable[[str], Path]


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """A key of this person, whom the clone's file of signers lists."""
    signers = tmp_path / "stacks" / "approvers"
    signers.parent.mkdir()
    signers.touch()

    def made(who: str, *, listed: bool = True) -> Path:
        key = tmp_path / f"key-{who}"
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)]
        subprocess.run(command, check=True)
        if listed:
            kind, text, *_ = Path(f"{key}.pub").read_text().split()
            with signers.open("a") as file:
                file.write(f"{who} {kind} {text}\n")
        return key

    return made  # type: ignore[return-value]


def approved(
    key: Path,
    release: Release = WINE,
    stack: str = "prod",
    veto: Event | None = None,
    by: str = "whoever",
) -> Event:
    signature = sign(statement(stack, release, veto), key)
    return happened("approved", "prod", by=by, signature=signature)


def built(by: str) -> Event:
    return happened("built", "dev", by=by)


GATE = {"approvals": {"count": 2}}


def test_enough_people_pass(asked: Asked, keys: Keys) -> None:
    events = [approved(keys("eve")), approved(keys("joe"))]

    found = answer(asked(*events, gates=GATE), "approvals")

    assert (found.result, found.got) == ("pass", "eve, joe")


def test_one_person_counts_once(asked: Asked, keys: Keys) -> None:
    key = keys("eve")

    found = answer(asked(approved(key), approved(key), gates=GATE), "approvals")

    assert (found.result, found.got) == ("fail", "eve")


@pytest.mark.parametrize("by", ["eve", "eve (GitHub Actions run 7)"])
def test_whoever_built_it_does_not_count(asked: Asked, keys: Keys, by: str) -> None:
    events = [built(by), approved(keys("eve")), approved(keys("joe"))]

    found = answer(asked(*events, gates=GATE), "approvals")

    assert found.result == "fail"
    assert found.got == "joe (not counted: eve made this release)"


def test_whoever_asks_for_the_promotion_does_not_count(
    asked: Asked, keys: Keys
) -> None:
    events = [approved(keys("eve")), approved(keys("joe"))]

    found = answer(asked(*events, gates=GATE, author="joe"), "approvals")

    assert found.result == "fail"


def test_an_approval_without_a_signature_is_none(asked: Asked, keys: Keys) -> None:
    keys("eve")
    unsigned = happened("approved", "prod", by="eve")
    forged = happened("approved", "prod", by="eve", signature="a signature")

    found = answer(asked(unsigned, forged, gates=GATE), "approvals")

    assert (found.result, found.evidence["people"]) == ("fail", [])


def test_a_signature_of_another_release_or_stack_is_none(
    asked: Asked, keys: Keys
) -> None:
    eve, joe = keys("eve"), keys("joe")
    events = [approved(eve, WINE_BEFORE), approved(joe, stack="staging")]

    found = answer(asked(*events, gates=GATE), "approvals")

    assert (found.result, found.evidence["people"]) == ("fail", [])
    assert "eve did not sign this" in found.got


def test_a_key_that_nobody_listed_is_nobodys(asked: Asked, keys: Keys) -> None:
    stranger = keys("eve", listed=False)  # type: ignore[call-arg]

    found = answer(asked(approved(stranger), gates=GATE), "approvals")

    assert (
        found.got == "nobody (not counted: whoever: its key is nobody's in approvers)"
    )


def test_without_the_file_of_signers_nobody_counts(
    asked: Asked, keys: Keys, tmp_path: Path
) -> None:
    event = approved(keys("eve"))
    (tmp_path / "stacks" / "approvers").unlink()

    assert answer(asked(event, gates=GATE), "approvals").result == "fail"


@pytest.mark.parametrize("stack", ["prod", "staging", "dev"])
def test_a_veto_takes_earlier_approvals_with_it_for_good(
    asked: Asked, keys: Keys, stack: str
) -> None:
    """Also when it is lifted, and the old signature is written down again."""
    eve, joe = keys("eve"), keys("joe")
    veto = happened("vetoed", stack)
    lifted = happened("lifted", stack, lifts=veto.id)
    old = [approved(eve), approved(joe)]
    new = [approved(key, veto=veto) for key in (eve, joe)]

    before = asked(*old, veto, lifted, *old, gates=GATE)
    after = asked(*old, veto, lifted, *new, gates=GATE)

    assert answer(before, "approvals").result == "fail"
    assert answer(after, "approvals").result == "pass"


@pytest.mark.parametrize(
    ("who", "by"),
    [
        ("Ann@Example.org", "whoever"),
        ("ann", "whoever"),
        ("ann@work.example", "whoever"),
        ("eve", "ann@example.org"),
    ],
)
def test_whoever_may_be_the_author_does_not_count(
    asked: Asked, keys: Keys, who: str, by: str
) -> None:
    """An address in other letters, a login: rather one person too many."""
    key = keys(who)
    events = [built("ann@example.org"), approved(key, by=by)]

    found = answer(asked(*events, gates={"approvals": {}}), "approvals")

    assert (found.result, found.evidence["people"]) == ("fail", [])


def test_a_key_that_is_not_there_signs_nothing(tmp_path: Path) -> None:
    with pytest.raises(SignatureError, match="is no file; name your ssh key"):
        sign(b"anything", tmp_path / "no-key")


def test_a_signature_says_who_by_the_key_alone(keys: Keys, tmp_path: Path) -> None:
    key = keys("eve")

    assert signer(b"this", sign(b"this", key), tmp_path / "stacks/approvers") == "eve"
