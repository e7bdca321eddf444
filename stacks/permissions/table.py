"""A cloud's table of permissions: a YAML file with those of each type of resource."""

from functools import cache
from pathlib import Path

import yaml


@cache
def read(file: Path, joint: str) -> dict[str, frozenset[str]]:
    """By type; a service and what is asked of it, with what the cloud puts between."""
    table = yaml.safe_load(file.read_text())
    return {
        type: frozenset(f"{of}{joint}{one}" for of in by for one in by[of])
        for type, by in table.items()
    }


def union(table: dict[str, frozenset[str]]) -> frozenset[str]:
    """All of them."""
    return frozenset().union(*table.values())
