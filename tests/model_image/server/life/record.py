"""What the long proofs saw, kept in the section "Life under load" of the docs."""

from tests.benchmarks.markdown import write
from tests.benchmarks.speed_section import DOCUMENT, measured_on


def record(proof: str, seen: str) -> None:
    """Put what this proof saw, with the day and the machine, where its mark is."""
    write(DOCUMENT, f"life {proof}", f"{seen} (seen {measured_on()})")
