"""Which stacks a change is about: those whose file, or whose package, it touches."""

from collections.abc import Collection
from pathlib import Path
from typing import get_args

from stacks.settings.stack import StackSettings, Tier, all_stacks, stack_file

from .revision import commit_of, paths_since

_ORDER = get_args(Tier)


def touched(root: Path, base: str, tiers: Collection[str]) -> list[str]:
    """
    The stacks of these tiers that HEAD has otherwise than `base`, upstream first.

    A branch's first push has no revision before it, and so is about all of them.
    """
    changed = None if set(base) == {"0"} else paths_since(root, commit_of(root, base))
    found = [
        (_ORDER.index(settings.tier), name)
        for name, settings in all_stacks(root).items()
        if settings.tier in tiers
        and (changed is None or _is_in(changed, root, name, settings))
    ]
    return [name for _, name in sorted(found)]


def _is_in(changed: list[Path], root: Path, name: str, settings: StackSettings) -> bool:
    own = [stack_file(root, name)]
    if settings.package:
        own.append(root / settings.package)
    return any(path.is_relative_to(one) for path in changed for one in own)
