"""What packages answer, each isolated in its own locked environment."""

from pathlib import Path

import msgspec

from .convert.answer import Answers
from .convert.task import Failure, Rows
from .environment import Say, environment
from .errors import PackError
from .package import ModelPackage
from .sandbox import Limits, run_isolated

_LIMIT = 1 << 28


def answers(package: ModelPackage, rows: Rows, work: Path, say: Say) -> Answers:
    """The package's answers to `rows`; raises PackError where it cannot be run."""
    python = environment(package.lock, say)
    say(f"asking {package.name} {package.version}, isolated")
    work.mkdir()
    asked = work / "rows.json"
    asked.write_bytes(msgspec.json.encode(rows))
    output = work / "answered"
    output.mkdir()
    run_isolated(
        [python, "-m", "model_image.convert.answer"],
        reads={"package": package.path, "rows.json": asked},
        writes=output,
        limits=Limits(),
    )
    return _result(output, package)


def _result(output: Path, package: ModelPackage) -> Answers:
    """What the sandbox wrote, trusted no further than its type."""
    failed = output / "failure.json"
    path = failed if failed.exists() else output / "answers.json"
    try:
        if path.is_symlink() or path.stat().st_size > _LIMIT:
            raise ValueError(f"{path.name} is a link or too large")
        kind = Failure if path == failed else Answers
        found = msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, ValueError) as error:
        raise PackError(
            f"{package.path}: the isolated process left no usable answers: {error}"
        ) from None
    if isinstance(found, Failure):
        raise PackError(f"{package.path} cannot be asked: {found.error}")
    return found
