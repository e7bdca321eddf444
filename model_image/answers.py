"""What packages answer, each isolated in its own locked environment."""

from pathlib import Path

import msgspec

from .convert.answer import Answers
from .convert.task import Rows
from .environment import Say, environment
from .errors import PackError
from .package import ModelPackage
from .sandbox import Limits, run_isolated
from .workers import ConversionFailed, result


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
    try:
        return result(output, "answers.json", Answers)
    except ConversionFailed as failure:
        raise PackError(f"{package.path} cannot be asked: {failure}") from None
    except PackError as error:
        raise PackError(f"{package.path}: {error}") from None
