"""Every stack of a revision as its own program declares it, or why that cannot be."""

import os
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from stacks.offline import Declaration, OfflineError, declare
from stacks.offline.contained import Contained
from stacks.settings.mistakes import SettingsError
from stacks.settings.stack import StackSettings, YamlLoader, stack_file, stack_names

from .sentence import sentence

_SHARED = ("stacks.refusals", "components.image", "components.platform")
_SDK = re.compile(r"^import (pulumi_\w+) as (\w+)$", re.MULTILINE)
_KIND = re.compile(r"\bkind\W+(\w+)")


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
    sides: Iterable[tuple[Path, Iterable[str]]], *, seconds: float, trusted: bool
) -> list[dict[str, Declared]]:
    """The stacks of each revision by name; all revisions at once."""
    with ExitStack() as entered, ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = []
        for root, stacks in sides:
            known = sorted({*stacks} & {*stack_names(root)})
            kinds = {one: _kind(root, one) for one in known}
            how = {"seconds": seconds, "trusted": trusted}
            by = _programs(entered, root, kinds.values(), **how)
            found.append(
                {one: pool.submit(_one, root, one, by[kinds[one]]) for one in known}
            )
        return [{name: one.result() for name, one in side.items()} for side in found]


def _programs(
    entered: ExitStack, root: Path, kinds: Iterable[str], **how: Any
) -> dict[str, Contained]:
    """Whoever starts programs, one for each platform; warm at once."""
    return {
        kind: entered.enter_context(Contained(root, [*_modules(root, kind)], **how))
        for kind in dict.fromkeys(kinds)
    }


def _one(root: Path, stack: str, by: Contained) -> Declared:
    settings = declaration = None
    error = ""
    try:
        settings = StackSettings.read(root, stack)
        declaration = declare(root, stack, programs=by)
    except (OfflineError, SettingsError) as told:
        error = sentence(str(told), str(root))
    tried = dict.fromkeys(by.attempts.get(stack, ()))
    return Declared(
        root=root,
        settings=settings,
        declaration=declaration,
        error=error,
        attempts=tuple(one.replace(f"{root}/", "") for one in tried),
    )


def _modules(root: Path, kind: str) -> Iterator[str]:
    """
    What all programs of a platform import, as far as their sources say.

    SDKs import their parts when they are first asked for, which each fork would do.
    """
    yield from (*_SHARED, f"components.{kind}")
    for source in (root / "components" / kind).rglob("*.py"):
        text = source.read_text(errors="replace")
        for package, alias in _SDK.findall(text):
            parts = re.findall(rf"\b{alias}((?:\.[a-z]\w*)+)\.", text)
            yield from {f"{package}{part}" for part in parts}


def _kind(root: Path, stack: str) -> str:
    """The platform that the file names; of a file that is none, any will do."""
    try:
        config = yaml.load(stack_file(root, stack).read_text(), YamlLoader)["config"]
        platform = config["slipway:platform"]
        found = _KIND.search(str(platform))
    except (OSError, yaml.YAMLError, KeyError, TypeError, UnicodeDecodeError):
        return "local"
    return found[1] if found else "local"
