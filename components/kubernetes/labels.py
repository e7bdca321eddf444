"""How the objects of a stack are found in a cluster, and by whom."""

from collections.abc import Mapping
from dataclasses import dataclass

TRAFFIC = {"slipway.traffic": "yes"}
"""What a pod carries beside its stack to be one that callers reach."""


@dataclass(frozen=True, kw_only=True)
class Labels:
    """
    The labels of one stack's objects.

    Those that select never change with a version: a Deployment's cannot.
    """

    stack: Mapping[str, str]
    """`slipway.stack` and `slipway.engine`."""
    model: str

    @property
    def name(self) -> str:
        """The stack's."""
        return self.stack["slipway.stack"]

    def selecting(self, role: str | None = None) -> dict[str, str]:
        """The pods of the stack's model, or those with this role."""
        own = {"slipway.stack": self.name, "slipway.model": self.model}
        return {**own, "slipway.role": role} if role else own

    def objects(self) -> dict[str, str]:
        """What everything of the stack carries."""
        return {
            "app.kubernetes.io/name": self.model,
            "app.kubernetes.io/instance": self.name,
            "app.kubernetes.io/part-of": "slipway",
            "slipway.model": self.model,
            **self.stack,
        }

    def pods(self, role: str, release: Mapping[str, str]) -> dict[str, str]:
        """
        What a pod of this release carries.

        `stack` and `role` have no prefix: as they are, Prometheus takes them over.
        """
        return {
            **self.objects(),
            "app.kubernetes.io/version": release["slipway.version"],
            "app.kubernetes.io/component": role,
            **release,
            "slipway.role": role,
            "stack": self.name,
            "role": "replica" if role == "model" else role,
        }
