"""Proof, at any time, that a stack still runs what was verified."""

from typing import Any

from stacks.observe.observer import observer_for
from stacks.observe.replica import Observer, Replica
from stacks.settings.stack import StackSettings

from .ledger import Ledger
from .ledger.event import Release
from .verification import Unproven, Verification, recorder


def recheck(stack: str, settings: StackSettings, ledger: Ledger) -> list[Replica]:
    """
    Prove every replica that takes traffic, and record the outcome once.

    Returns them; raises Unproven for the first that is not what it should be. Nothing
    is taken out of rotation: that is for a person, or for the next deployment.
    """
    observer = observer_for(stack, settings)
    serving = [one for one in observer.replicas() if one.in_rotation]
    if not serving:
        raise Unproven(
            f"{stack}: no replica takes traffic; run `python -m stacks up {stack}`"
        )
    wanted = settings.image.digest if settings.image else serving[0].digest
    if other := [one for one in serving if one.digest != wanted]:
        runs = other[0].digest or "no known digest"
        raise Unproven(
            f"{stack}: {other[0].name} runs {runs}, not {wanted}; "
            f"run `python -m stacks up {stack}`"
        )
    record = recorder(ledger, stack, _release(serving[0]), serving[0].deployment)
    verification = Verification(
        observer=observer,
        digest=wanted,
        health=settings.service.health,
        record=record,
        require_engine=lambda: None,
    )
    try:
        evidence = [
            proven
            for replica in serving
            if (proven := _proven(verification, observer, replica, serving[0]))
        ]
    except Unproven as error:
        record("failed", {"reason": str(error)})
        raise Unproven(f"{stack}: {error}") from None
    if not evidence:
        raise Unproven(f"{stack}: every replica was replaced meanwhile; ask again")
    record("verified", {**evidence[0], "replicas": len(serving)})
    return serving


def _proven(
    verification: Verification, observer: Observer, replica: Replica, first: Replica
) -> dict[str, Any] | None:
    """Its evidence; None for a copy that its platform removed meanwhile."""
    try:
        return verification.prove(replica.id, first=replica is first)
    except Unproven:
        if replica.id in {one.id for one in observer.replicas()}:
            raise
        return None


def _release(replica: Replica) -> Release:
    return Release(
        name=replica.model, version=replica.version, digest=replica.digest or None
    )
