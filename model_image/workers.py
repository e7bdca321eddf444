"""The isolated processes: one converts the original, one proves the package."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from .convert.task import Draft, Failure, Proof, Task
from .errors import PackError
from .sandbox import Limits, run_isolated

_JSON_LIMIT = 1 << 28
Read = TypeVar("Read")


class ConversionFailed(PackError):
    """The sandbox gave no result; `code_helps` where the user's own code might."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.error)
        self.code_helps = failure.code_helps


def convert(
    python: Path, task: Task, reads: Mapping[str, Path], output: Path, limits: Limits
) -> Draft:
    """Convert in `python`; the package's files are left in `output`/package."""
    asked = output.with_name("task.json")
    asked.write_bytes(msgspec.json.encode(task))
    output.mkdir()
    reads = {**reads, "task.json": asked}
    command = [python, "-m", "model_image.convert.worker"]
    run_isolated(command, reads=reads, writes=output, limits=limits)
    return result(output, "draft.json", Draft)


def prove(
    python: Path, package: Path, rows: Path | None, output: Path, limits: Limits
) -> Proof:
    """Run the finished package with the server's code in `python`."""
    output.mkdir()
    reads = {"package": package, **({"rows.json": rows} if rows else {})}
    command = [python, "-m", "model_image.convert.prove"]
    run_isolated(command, reads=reads, writes=output, limits=limits)
    return result(output, "proof.json", Proof)


def result(output: Path, name: str, kind: type[Read]) -> Read:
    """
    What the sandbox wrote, trusted no further than its type.

    Raises ConversionFailed where it said why there is nothing, else PackError.
    """
    if (output / "failure.json").exists():
        raise ConversionFailed(_read(output / "failure.json", Failure))
    return _read(output / name, kind)


def _read(path: Path, kind: type[Read]) -> Read:
    try:
        if path.is_symlink() or path.stat().st_size > _JSON_LIMIT:
            raise PackError(f"the isolated process left no usable {path.name}")
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise PackError(
            f"the isolated process left no usable {path.name}: {error}"
        ) from None
