"""What a gate says, with its evidence."""

from dataclasses import dataclass, field
from typing import Any, Literal

Result = Literal["pass", "fail", "unknown"]


@dataclass(frozen=True)
class Outcome:
    """One gate's answer. Unknown lets nothing through, as little as fail does."""

    gate: str
    result: Result
    want: str
    got: str
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.result == "pass"

    def record(self) -> dict[str, Any]:
        """As it stands in the ledger."""
        named = {
            "gate": self.gate,
            "result": self.result,
            "want": self.want,
            "got": self.got,
        }
        return {**named, "evidence": self.evidence} if self.evidence else named


def outcome(gate: str, passed: bool, want: str, got: str, **evidence: Any) -> Outcome:
    """A gate that knows."""
    return Outcome(gate, "pass" if passed else "fail", want, got, evidence)


def unknown(gate: str, want: str, why: str) -> Outcome:
    """A gate that cannot tell."""
    return Outcome(gate, "unknown", want, why)
