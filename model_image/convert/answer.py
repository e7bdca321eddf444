"""The sandbox's third job: what a finished package answers to some rows."""

from pathlib import Path
from typing import Any

import msgspec

from model_image.server import predict
from model_image.server.flavours import Model
from model_image.server.manifest import Manifest, ManifestError, read_manifest
from model_image.server.refusal import Refusal
from model_image.server.warmup import warm

from .task import Failure, Rows

PACKAGE = Path("/input/package")
ROWS = Path("/input/rows.json")
OUTPUT = Path("/output")


class Answers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model said of each row, by the row's number."""

    given: dict[int, dict[str, Any]]
    """As /predict shows them."""
    refused: dict[int, str]
    """The reason, for rows that the schema or the model does not take."""


def main() -> None:
    """Write answers.json, or failure.json with one sentence."""
    rows: Rows = msgspec.json.decode(ROWS.read_bytes())
    try:
        manifest = read_manifest(PACKAGE)
        model, _ = warm(PACKAGE, manifest, 1)
        result: Answers | Failure = answers(model, manifest, rows)
    except ManifestError as error:
        result = Failure(str(error))
    name = "answers.json" if isinstance(result, Answers) else "failure.json"
    (OUTPUT / name).write_bytes(msgspec.json.encode(result))


def answers(model: Model, manifest: Manifest, rows: Rows) -> Answers:
    """All at once where that works, else row by row."""
    if not rows:
        return Answers({}, {})
    try:
        return Answers(dict(enumerate(_asked(model, manifest, rows))), {})
    except Exception:
        return _one_by_one(model, manifest, rows)


def _one_by_one(model: Model, manifest: Manifest, rows: Rows) -> Answers:
    given, refused = {}, {}
    for number, row in enumerate(rows):
        try:
            (given[number],) = _asked(model, manifest, [row])
        except Refusal as refusal:
            refused[number] = refusal.error
        except Exception as error:
            refused[number] = f"the model fails ({type(error).__name__}: {error})"
    return Answers(given, refused)


def _asked(model: Model, manifest: Manifest, rows: Rows) -> list[dict[str, Any]]:
    made = model.run(predict.from_rows(rows, manifest.inputs))
    return predict.predictions(made, manifest)


if __name__ == "__main__":
    main()
