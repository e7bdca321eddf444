"""What changes for callers in what a model gives."""

from collections.abc import Iterator, Sequence

from model_image.server.manifest import Output

from .change import Change


def output_changes(old: Sequence[Output], new: Sequence[Output]) -> Iterator[Change]:
    """
    Output by output.

    A class that is added after the old ones leaves their places as they are: callers
    see one more name. Anywhere else it moves them, and with them what ids mean.
    """
    after = {output.name: output for output in new}
    for output in old:
        if output.name in after:
            yield from _changes(output, after[output.name])
        else:
            yield Change(f"output {output.name!r} is removed", "major")
    before = {output.name for output in old}
    for output in new:
        if output.name not in before:
            yield Change(f"output {output.name!r} is new", "minor")


def _changes(old: Output, new: Output) -> Iterator[Change]:
    name = f"output {old.name!r}"
    if old.datatype != new.datatype:
        yield Change(f"{name} is {new.datatype}, no longer {old.datatype}", "major")
    named = bool(old.columns and new.columns)
    if not named and old.shape != new.shape:
        forms = f"{list(new.shape)}, no longer {list(old.shape)}"
        yield Change(f"{name} has the shape {forms}", "major")
    yield from _name_changes(f"{name} class", old.labels, new.labels)
    yield from _name_changes(f"{name} column", old.columns, new.columns)


def _name_changes(
    noun: str, old: Sequence[str], new: Sequence[str]
) -> Iterator[Change]:
    """Changes of names whose places callers of the v2 protocol rely on."""
    if bool(old) != bool(new):
        what = "have names now" if new else "no longer have names"
        yield Change(f"{noun}: values {what}", "major")
        return
    gone = [name for name in old if name not in new]
    if gone:
        yield Change(f"{noun} {gone[0]!r}{_more(gone)} is removed", "major")
    elif tuple(new[: len(old)]) != tuple(old):
        at = next(at for at, name in enumerate(old) if new[at] != name)
        moved = f"{noun} {old[at]!r} was at place {at} and is at {new.index(old[at])}"
        yield Change(moved, "major")
    if added := [name for name in new if name not in old]:
        yield Change(f"{noun} {added[0]!r}{_more(added)} is new", "minor")


def _more(names: Sequence[str]) -> str:
    return f" (and {len(names) - 1} more)" if len(names) > 1 else ""
