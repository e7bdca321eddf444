"""The program that docs/sidecar.md shows, run as it stands there."""

from itertools import dropwhile, takewhile
from pathlib import Path
from textwrap import dedent

from stacks.offline import Declaration, declare

_ROOT = Path(__file__).parents[3]


def program() -> str:
    """The first block of the section, without its indentation."""
    _, section = (_ROOT / "docs/sidecar.md").read_text().split("## In Kubernetes\n")
    begun = dropwhile(lambda line: not _indented(line), section.splitlines())
    block = takewhile(lambda line: _indented(line) or not line, begun)
    return dedent("\n".join(block))


def _indented(line: str) -> bool:
    return line.startswith("    ")


def documented(project: Path) -> Declaration:
    """What it declares as a user's own project, in this empty folder."""
    (project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (project / "__main__.py").write_text(program())
    return declare(project, "prod", config={}, env={"PYTHONPATH": str(_ROOT)})
