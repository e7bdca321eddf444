"""A share of the traffic first: the new release beside the old one, compared."""

import time
from dataclasses import dataclass

from stacks.observe.replica import Replica
from stacks.settings.duration import in_words
from stacks.settings.stack_file import Value

from .delivery import PASSED_ON, Delivery, Undelivered, well
from .deployment import deployment_id
from .ledger.event import Release
from .traffic import Traffic
from .verdict import figures, worse

_POLL_S = 1.0


@dataclass(frozen=True, kw_only=True)
class Canary:
    """One step of a promotion: a share of a stack's requests for a release."""

    delivery: Delivery
    release: Release
    weight: int
    """In per cent."""

    def run(self) -> None:
        """
        Give the release its share and compare it with what the stack runs.

        When it is worse, or there is too little traffic to tell, it is withdrawn:
        PutBack. The old replicas have all requests again before it stops.
        """
        delivery = self.delivery
        before, seen = delivery.settings().image, len(delivery.ledger.events())
        try:
            delivery.bring({"slipway:canary": self._setting})
            self._compare()
        except PASSED_ON:
            raise
        except Exception as error:
            reason = delivery.reason(seen) or str(error)
            delivery.put_back(self.release, f"as a canary: {reason}", before)

    def _failed(self, reason: str) -> Undelivered:
        """Put on record what no proof found, but its traffic."""
        release, stack = self.release, self.delivery.stack
        id = deployment_id(release, self.delivery.settings())
        evidence = {"reason": reason, "canary": self.weight}
        self.delivery.ledger.append("failed", stack, release, id, evidence)
        return Undelivered(reason)

    @property
    def _setting(self) -> Value:
        return {
            "version": self.release.version,
            "digest": self.release.digest or "",
            "weight": self.weight,
        }

    def _compare(self) -> None:
        watch, stack = self.delivery.settings().watch, self.delivery.stack
        self.delivery.say(
            f"{stack}: {self.weight} % of the requests go to {self.release}, for "
            f"{in_words(watch.window)} and at least {watch.requests} of them"
        )
        begun, (old_before, new_before) = time.monotonic(), self._counts()
        started = well(self._own())
        while True:
            time.sleep(_POLL_S)
            if self.delivery.unsettled(started, self.delivery.observer.canaries()):
                raise self._failed("it did not keep running, healthy, under traffic")
            old, new = self._counts()
            old, new = old.since(old_before), new.since(new_before)
            passed = time.monotonic() - begun
            over = (
                new.requests >= watch.requests
                and passed >= watch.window.total_seconds()
            )
            if reason := worse(old, new, watch, over=over):
                raise self._failed(f"{reason}, with {self.weight} % of the requests")
            if over:
                self.delivery.say(f"{stack}: {figures(new)} beside {figures(old)}")
                return
            if passed >= (watch.window + watch.patience).total_seconds():
                raise self._failed(
                    f"only {new.requests:g} requests reached it in {passed:.0f} s, and "
                    f"slipway:watch.requests asks for {watch.requests}"
                )

    def _counts(self) -> tuple[Traffic, Traffic]:
        """Of the stack's replicas, and of the canary."""
        return self.delivery.traffic(), self.delivery.traffic(self._own())

    def _own(self) -> list[Replica]:
        """The canary's replicas that take traffic."""
        return [one for one in self.delivery.observer.canaries() if one.in_rotation]
