"""The line that a release goes along: from the stack that builds it to this one."""

from pathlib import Path

from .stack import StackSettings, stack_file


def line_of(root: Path, settings: StackSettings) -> tuple[str, ...]:
    """The stack's upstream and all before it, as far as this clone has their files."""
    line: list[str] = []
    upstream = settings.upstream
    while upstream and upstream not in line:
        line.append(upstream)
        known = stack_file(root, upstream).exists()
        upstream = StackSettings.read(root, upstream).upstream if known else None
    return tuple(line)


def package_of(root: Path, settings: StackSettings) -> Path | None:
    """The folder of the package that the line builds, where this clone has it."""
    line = line_of(root, settings)
    first = line[-1] if line else None
    if first and stack_file(root, first).exists():
        settings = StackSettings.read(root, first)
    folder = root / settings.package if settings.package else None
    return folder if folder and folder.is_dir() else None
