"""Makes a model ready: files proven, session loaded, stored example answered."""

from pathlib import Path

from . import flavours, predict
from .example import ExampleError, differences, read_example
from .flavours import Model
from .inference import Pace, measure
from .manifest import EXAMPLE, Manifest, ManifestError, verify_files
from .refusal import Refusal


def warm(folder: Path, manifest: Manifest, threads: int) -> tuple[Model, Pace]:
    """
    The loaded model and the pace at which it works.

    Raises ManifestError, one sentence, unless the model gives its stored answer.
    """
    verify_files(folder, manifest)
    model = flavours.load(folder, manifest, threads)
    path = folder / EXAMPLE
    try:
        example = read_example(path)
        arrays = predict.arrays(example.request, manifest)
    except ExampleError as error:
        raise ManifestError(str(error)) from None
    except Refusal as refusal:
        raise ManifestError(
            f"the request in {path} does not fit the model: {refusal.error}"
        ) from None
    try:
        outputs = model.run(arrays)
        pace = measure(model.run, arrays)
    except Exception as error:
        raise ManifestError(
            f"the model fails on the request in {path} "
            f"({type(error).__name__}: {error}); pack it again"
        ) from error
    answer = {"predictions": predict.predictions(outputs, manifest)}
    lines = differences(example.response, answer, example.tolerance)
    if lines:
        raise ManifestError(
            f"the model does not give the answer stored in {path}: {lines[0]}"
            + (f" (and {len(lines) - 1} more)" if len(lines) > 1 else "")
        )
    return model, pace
