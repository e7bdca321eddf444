"""TorchScript modules."""

import importlib
import importlib.metadata
import shutil
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import onnx
import pandas as pd

from model_image.server.flavours.torch import answers
from model_image.server.manifest import Input
from model_image.server.values import Array

from . import sample
from .graph import finished
from .original import Unconvertible, first_line
from .schema import datatype_of
from .task import Task
from .tensors import Tensor, Tensors

torch: Any = importlib.import_module("torch")


class TorchScript:
    """A module as it was saved, asked with the sample's rows."""

    native = "torch"
    columnwise = True
    classes = ()

    def __init__(self, module: Any, path: Path, rows: pd.DataFrame) -> None:
        self._module = module
        self._path = path
        self._tensors = Tensors(_arguments(module), rows, _floats(module))
        self.features = self._tensors.features
        self._few = self._given(rows.iloc[:2])
        self._outputs = _outputs(_asked(module, self._few))
        names = ("torch", "numpy")
        self.libraries = {name: importlib.metadata.version(name) for name in names}
        self.requirements = [f"{name}=={self.libraries[name]}" for name in names]

    def predict(self, rows: pd.DataFrame) -> dict[str, Array]:
        """Its tensors: by their key, or `output`, `output_1` and on."""
        made = answers(self._module, self._given(rows))
        return dict(zip(self._outputs, made, strict=True))

    def onnx(self, inputs: Sequence[Input]) -> bytes:
        """The module by torch's own exporter."""
        names = [one.name for one in inputs]
        buffer = BytesIO()
        try:
            torch.onnx.export(
                torch.jit.trace(_Flat(self._module), tuple(self._few)),
                tuple(self._few),
                buffer,
                # The newer exporter does not take TorchScript.
                dynamo=False,
                input_names=names,
                output_names=self._outputs,
                dynamic_axes={name: {0: "rows"} for name in (*names, *self._outputs)},
            )
        except Exception as error:
            raise Unconvertible(
                f"it cannot be converted to ONNX ({first_line(error)}); pack it as it "
                "is with --flavour torch"
            ) from None
        made = onnx.load_from_string(buffer.getvalue())
        return finished(made, {name: name for name in self._outputs})

    def save(self, folder: Path) -> None:
        """The file as it was given."""
        folder.mkdir()
        shutil.copyfile(self._path, folder / "model.pt")

    def _given(self, rows: pd.DataFrame) -> list[Any]:
        return [torch.from_numpy(one) for one in self._tensors.arrays(rows).values()]


class _Flat(torch.nn.Module):
    """The same module with a tuple for an answer, which is all the exporter takes."""

    def __init__(self, module: Any) -> None:
        super().__init__()
        self.module = module

    def forward(self, *given: Any) -> Any:
        made = self.module(*given)
        return tuple(made.values()) if isinstance(made, dict) else made


def load(task: Task) -> TorchScript:
    """The module, on the CPU and as it is when it is not trained."""
    rows = sample.given(task)
    if rows is None:
        raise Unconvertible(
            "a TorchScript module does not say what shapes it takes; give rows with "
            "--data"
        )
    path = Path(task.artifacts[0])
    torch.set_grad_enabled(False)
    try:
        module = torch.jit.load(str(path), map_location="cpu").eval()
    except Exception as error:
        raise Unconvertible(
            f"torch {torch.__version__} cannot load it ({first_line(error)}); save it "
            "again with this version or an older one"
        ) from None
    return TorchScript(module, path, rows)


def _arguments(module: Any) -> list[Tensor]:
    """The tensors that `forward` takes, less those it can do without."""
    needed = [
        one
        for one in module.forward.schema.arguments[1:]
        if not one.has_default_value()
    ]
    for one in needed:
        if str(one.type) != "Tensor":
            raise Unconvertible(
                f"the module's argument {one.name!r} is of type {one.type}; save one "
                "whose arguments are tensors"
            )
    return [Tensor(name=one.name) for one in needed]


def _floats(module: Any) -> Any:
    """The datatype of its weights."""
    dtypes = (one.dtype for one in module.parameters() if one.is_floating_point())
    dtype = next(dtypes, torch.float32)
    return datatype_of(torch.empty(0, dtype=dtype).numpy().dtype)


def _asked(module: Any, given: list[Any]) -> Any:
    try:
        return module(*given)
    except RuntimeError as error:
        reason = str(error).strip().rpartition("\n")[2][:300]
        raise Unconvertible(
            f"the module refuses the sample's rows ({reason}); give such as it was "
            "trained on"
        ) from None


def _outputs(made: Any) -> list[str]:
    parts = made
    names: list[str] = []
    if isinstance(made, torch.Tensor):
        parts = [made]
    elif isinstance(made, dict):
        parts, names = made.values(), [str(name) for name in made]
    if not all(isinstance(one, torch.Tensor) for one in parts):
        raise Unconvertible(
            "the module's answer holds more than tensors; save one that gives a "
            "tensor, or a tuple or dict of them"
        )
    return names or [f"output_{at}" if at else "output" for at in range(len(parts))]
