"""Where the programs of both revisions run: a sandbox for each platform."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import yaml

from stacks.offline.contained import Contained
from stacks.settings.stack import YamlLoader, stack_file

_MODULES = (
    "stacks.refusals",
    "components.image",
    "components.platform",
    "components.{}",
    "stacks.observe.{}.observer",
)
_PACKAGES = ("grpc.experimental", "msgspec", "pydantic.main")
"""What programs of every platform import, beside SDKs."""
_SOURCES = ("components/{}/**/*.py", "components/*.py")
_IMPORT = re.compile(r"^(?:from (\w[\w.]*) )?import (\w.*)$", re.MULTILINE)
_NAME = re.compile(r"(\w[\w.]*)(?: as (\w+))?")


class Sandboxes:
    """
    Starts the programs of revisions that are folders in `shown`.

    Importing an SDK takes longer than all else that a program does, so that both
    revisions share it, and it may begin before there is one.
    """

    def __init__(
        self, clone: Path, shown: Path, *, seconds: float, trusted: bool
    ) -> None:
        self._clone = clone
        self._shown = shown
        self._how: dict[str, Any] = {"seconds": seconds, "trusted": trusted}
        self._entered = ExitStack()
        self._of: dict[str, Contained] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._entered.close()

    def of(self, root: Path, stack: str) -> Contained:
        """The one for the platform of this stack, which begins to import at once."""
        kind = _kind(root, stack)
        if kind not in self._of:
            one = Contained(
                self._shown,
                packages=[*_PACKAGES, *_packages(self._clone, kind)],
                modules=[one.format(kind) for one in _MODULES],
                **self._how,
            )
            self._of[kind] = self._entered.enter_context(one)
        return self._of[kind]


def _packages(clone: Path, kind: str) -> Iterator[str]:
    """What programs of a platform import, as far as the clone's sources say."""
    for pattern in _SOURCES:
        for source in clone.glob(pattern.format(kind)):
            yield from _imported(source.read_text(errors="replace"))


def _imported(text: str) -> Iterator[str]:
    """
    Names of modules in a source; what is a name and no module is no harm.

    SDKs import their parts when they are first asked for, so that those are named too.
    """
    for package, names in _IMPORT.findall(text):
        for name, alias in _NAME.findall(names):
            whole = f"{package}.{name}" if package else name
            called = re.escape(alias or name)
            parts = re.findall(rf"\b{called}((?:\.[a-z]\w*)+)\.", text)
            yield from (whole, *(f"{whole}{part}" for part in parts))


def _kind(root: Path, stack: str) -> str:
    """The platform that the file names; of a file that is none, any will do."""
    try:
        config = yaml.load(stack_file(root, stack).read_text(), YamlLoader)["config"]
        kind = str(config["slipway:platform"]["kind"])
    except (OSError, yaml.YAMLError, LookupError, TypeError, UnicodeDecodeError):
        return "local"
    return kind if kind.isidentifier() else "local"
