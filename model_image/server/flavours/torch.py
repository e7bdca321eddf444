"""A TorchScript module, run by PyTorch, for what ONNX cannot carry."""

import importlib
from pathlib import Path
from typing import Any

from ..manifest import Manifest, ManifestError
from ..values import Array
from .artifact import artifact

# By name, for this file is called torch too, and only such a package's image has it.
torch: Any = importlib.import_module("torch")


class TorchModel:
    """A module whose arguments and answers are the manifest's, in their order."""

    def __init__(self, module: Any, manifest: Manifest) -> None:
        self._module = module
        self._inputs = [one.name for one in manifest.inputs]
        self._outputs = [one.name for one in manifest.outputs]

    def run(
        self, arrays: dict[str, Array], outputs: tuple[str, ...] | None = None
    ) -> dict[str, Array]:
        """The named outputs, or all in the manifest's order."""
        given = [torch.from_numpy(arrays[name]) for name in self._inputs]
        made = dict(zip(self._outputs, answers(self._module, given), strict=True))
        return made if outputs is None else {name: made[name] for name in outputs}


def answers(module: Any, given: list[Any]) -> list[Array]:
    """The tensors a module gives, in order, whatever it holds them in."""
    with torch.inference_mode():
        made = module(*given)
    if isinstance(made, torch.Tensor):
        return [made.numpy()]
    parts: Any = made.values() if isinstance(made, dict) else made
    return [one.numpy() for one in parts]


def load(folder: Path, manifest: Manifest, threads: int) -> TorchModel:
    """The module in the package's only artifact."""
    torch.set_num_threads(threads)
    path = artifact(folder, manifest)
    try:
        module = torch.jit.load(str(path), map_location="cpu").eval()
    except RuntimeError as error:
        reason = str(error).partition("\n")[0]
        raise ManifestError(f"{path} could not be loaded: {reason}") from None
    return TorchModel(module, manifest)
