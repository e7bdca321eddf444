"""What a change of a Cloud Run service must show, before it and after it."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.platform import Checks
from components.proof import Inputs
from stacks.observe.gcp.traffic import shares
from stacks.settings.cloud import fitting
from stacks.settings.cloud_error import CloudError
from stacks.settings.gcp import GcpPlatform
from stacks.settings.gcp_project import GcpProject, answer, found

from .trial import Trial

BY_NAME = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"


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
        self._serving: Mapping[str, int] = {}
        self._asked: set[str] = set()

    def before(self, old: Inputs | None, new: Inputs) -> None:
        """
        Prove the revision, where requests are to come to one that has none.

        A canary that becomes the release, or makes way for it, was proven. Who has
        requests is asked of Cloud Run: after a failure an engine remembers what failed.
        """
        self._asked = {one["revision"] for one in new["traffics"]}
        for name in self._asked - {new["template"]["revision"]}:
            self._require(name)
        self._serving = self._shares()
        if self._asked - {*self._serving}:
            trial = Trial(self._project, fitting(f"{self._called}-trial", 49))
            with trial.of(new):
                self._checks.try_out(trial.start)

    def after(self) -> None:
        """See the traffic where it is meant to be, or give it back."""
        self._checks.confirm(
            ServiceRollout(
                project=self._project,
                name=self._called,
                canary=self._canary,
                before=self._serving,
                changed=self._asked != {*self._serving},
            )
        )

    def _shares(self) -> Mapping[str, int]:
        name = f"{self._project.location}/services/{self._called}"
        asked = self._project.services().get(name=name)
        return shares(found(asked, f"service {self._called} cannot be seen") or {})

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


@dataclass(frozen=True, kw_only=True)
class ServiceRollout:
    """One service of Cloud Run, as the checks that follow its rollout need it."""

    project: GcpProject
    name: str
    canary: bool
    before: Mapping[str, int]
    """The revisions that had requests, and how many of a hundred; none where new."""
    changed: bool
    """Others have them now; their shares and number are no other."""

    def undo(self) -> None:
        """
        Give all requests back to the revisions of before, by their shares.

        They are there still. A new service has none, and runs on for inspection.
        """
        if not self.before or not self.changed:
            return
        traffic = [
            {"type": BY_NAME, "revision": revision, "percent": percent}
            for revision, percent in self.before.items()
        ]
        asked = self.project.services().patch(
            name=f"{self.project.location}/services/{self.name}",
            updateMask="traffic",
            body={"traffic": traffic},
        )
        answer(asked, f"service {self.name} cannot be taken back")
