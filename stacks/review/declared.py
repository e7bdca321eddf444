"""Every stack of a revision as its own program declares it, or why that cannot be."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from stacks.offline import Declaration, OfflineError, declare
from stacks.offline.contained import Contained
from stacks.settings.mistakes import SettingsError
from stacks.settings.stack import StackSettings

from .sandboxes import Sandboxes
from .sentence import sentence


@dataclass(frozen=True, kw_only=True)
class Declared:
    """One stack of one revision."""

    root: Path
    settings: StackSettings | None
    """None where its file cannot be read as it should; its program says why."""
    declaration: Declaration | None
    error: str = ""
    attempts: tuple[str, ...] = field(default=())


def declared(
    root: Path, stacks: Sequence[str], sandboxes: Sandboxes
) -> dict[str, Declared]:
    """These stacks of a revision by name, as many at once as this machine can run."""
    by = [sandboxes.of(root, stack) for stack in stacks]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(stacks, pool.map(partial(_one, root), stacks, by), strict=True))


def _one(root: Path, stack: str, by: Contained) -> Declared:
    settings = declaration = None
    error = ""
    try:
        settings = StackSettings.read(root, stack)
        declaration = declare(root, stack, programs=by)
    except (OfflineError, SettingsError) as told:
        error = sentence(str(told), str(root))
    tried = dict.fromkeys(by.attempts.get((root, stack), ()))
    return Declared(
        root=root,
        settings=settings,
        declaration=declaration,
        error=error,
        attempts=tuple(one.replace(f"{root}/", "") for one in tried),
    )
