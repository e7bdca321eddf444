"""The gate on people: enough of them, none the author, each with a key of their own."""

from stacks.releases.signature import SignatureError, signer, statement

from .outcome import Outcome, outcome
from .question import Question


def approvals(question: Question) -> Outcome | None:
    """
    So many people signed that this digest may come to this stack.

    A name in git's configuration is no person: who signed is told by the key, and who
    a key belongs to by the file of signers in the clone. Whoever built the release, or
    asks for it now, does not count.
    """
    wanted = question.target_settings.gates.approvals
    if wanted is None:
        return None
    history, line = question.history, (question.target, *question.line)
    veto = history.last_veto(line, question.release)
    said = statement(question.target, question.release, veto)
    people: set[str] = set()
    refused: list[str] = []
    for event in history.approvals(question.target, question.digest):
        signature = str(event.evidence.get("signature", ""))
        try:
            who = signer(said, signature, question.root / wanted.signers)
        except SignatureError as error:
            refused.append(f"{event.by}: {error}")
            continue
        if _is_author(question, who) or _is_author(question, event.by):
            refused.append(f"{who} made this release")
        else:
            people.add(who)
    got = ", ".join(sorted(people)) or "nobody"
    if refused:
        got += f" (not counted: {'; '.join(refused)})"
    want = f"{wanted.count} of {wanted.signers}"
    return outcome(
        "approvals", len(people) >= wanted.count, want, got, people=sorted(people)
    )


def _is_author(question: Question, who: str) -> bool:
    """Rather one person too many: a login and an address may be the same one's."""
    made = {
        event.by
        for event in question.history.events
        if event.kind == "built" and event.release.digest == question.digest
    }
    return bool(_names(who) & set().union(*map(_names, {*made, question.author})))


def _names(who: str) -> set[str]:
    """As `Ann@example.org (GitHub Actions run 7)` and as plain `ann`."""
    name = who.partition(" (")[0].casefold()
    return {name, name.partition("@")[0]}
