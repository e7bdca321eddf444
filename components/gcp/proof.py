"""What a change of a Cloud Run service must show, before it and after it."""

from dataclasses import dataclass
from typing import Any

from components.platform import Checks
from components.proof import Inputs
from stacks.observe.gcp.rest import body
from stacks.settings.cloud import fitting
from stacks.settings.cloud_error import CloudError
from stacks.settings.gcp import GcpPlatform
from stacks.settings.gcp_project import GcpProject, answer, found

from .trial import Trial


class ServiceProof:
    """
    One instance of a new revision runs beside the service and is proven; then Cloud
    Run gives the revision its traffic, and what it does is seen to its end.
    """

    def __init__(
        self,
        *,
        called: str,
        platform: GcpPlatform,
        checks: Checks,
        canary: bool = False,
        project: GcpProject | None = None,
    ) -> None:
        self._called = called
        self._project = project or GcpProject(platform)
        self._checks = checks
        self._canary = canary
        self._old: Inputs | None = None
        self._new: Inputs = {}

    def before(self, old: Inputs | None, new: Inputs) -> None:
        """
        Prove the revision, where requests are to come to one that had none before.

        A canary that becomes the release, or makes way for it, was proven.
        """
        self._old, self._new = old, new
        for name in _revisions(new) - {new["template"]["revision"]}:
            self._require(name)
        if _revisions(new) - (_revisions(old) if old else set()):
            trial = Trial(self._project, fitting(f"{self._called}-trial", 49))
            with trial.of(new):
                self._checks.try_out(trial.start)
            self._old = self._serving(old)

    def after(self) -> None:
        """See the traffic where it is meant to be, or give it back."""
        self._checks.confirm(
            ServiceRollout(
                project=self._project,
                name=self._called,
                canary=self._canary,
                before=self._old,
                changed=self._changed,
            )
        )

    def _serving(self, old: Inputs | None) -> Inputs | None:
        """
        What the engine remembers, with the shares that there are in truth: after a
        failure the engine remembers what failed.
        """
        if old is None:
            return None
        name = f"{self._project.location}/services/{self._called}"
        asked = self._project.services().get(name=name)
        live = found(asked, f"service {self._called} cannot be seen") or {}
        shares = live.get("traffic")
        return {**old, "traffics": shares} if shares else old

    def _require(self, revision: str) -> None:
        """Beside a canary, the release that it is measured against has to run."""
        services = self._project.services()
        name = f"{self._project.location}/services/{self._called}/revisions/{revision}"
        if found(services.revisions().get(name=name), "its revisions cannot be seen"):
            return
        raise CloudError(
            f"{revision}, beside which the canary runs, is not there: the release or "
            "its settings changed; take slipway:canary out, up, then try it again"
        )

    @property
    def _changed(self) -> bool:
        """Other revisions take requests; their shares and number are no other."""
        return self._old is None or _revisions(self._old) != _revisions(self._new)


@dataclass(frozen=True, kw_only=True)
class ServiceRollout:
    """One service of Cloud Run, as the checks that follow its rollout need it."""

    project: GcpProject
    name: str
    canary: bool
    before: Inputs | None
    """What was asked of it before; None where it is new."""
    changed: bool

    def undo(self) -> None:
        """
        Give all requests back to the revisions of before, by their shares.

        They are there still. A new service has none, and runs on for inspection.
        """
        if self.before is None or not self.changed:
            return
        asked = self.project.services().patch(
            name=f"{self.project.location}/services/{self.name}",
            updateMask="traffic",
            body={"traffic": traffic(self.before)},
        )
        answer(asked, f"service {self.name} cannot be taken back")


def traffic(service: Inputs) -> list[dict[str, Any]]:
    """The shares of a service's revisions, as the API has them."""
    return body(service["traffics"])


def _revisions(service: Inputs) -> set[str]:
    return {one.get("revision", "") for one in service["traffics"]}
