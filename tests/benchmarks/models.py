"""The models that every server is given, made once and kept in the cache."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from model_image import cache
from model_image.package import ModelPackage
from model_image.scratch import scratch
from model_image.settings import PackSettings

MODELS = ("linear", "boosting", "net")
_HERE = Path(__file__).parent
_OWN_CODE = {
    "flavour": "python",
    "code": _HERE / "own_code",
    "entry": "flowers:Flowers",
    "requirements": _HERE / "own_code" / "requirements.txt",
}


@dataclass(frozen=True)
class Model:
    """One model in every form that a server may ask for."""

    name: str
    folder: Path

    @property
    def package(self) -> ModelPackage:
        """As Slipway packs it."""
        return ModelPackage.read(self.folder / "package")

    @property
    def own_package(self) -> ModelPackage:
        """The same behind Python of one's own."""
        return ModelPackage.read(self.folder / "own-package")

    @property
    def row(self) -> list[float]:
        """The values of one real row."""
        return json.loads((self.folder / "row.json").read_text())

    @property
    def is_native(self) -> bool:
        """Whether scikit-learn has it too, which the peers' stock runtimes serve."""
        return (self.folder / "model.joblib").exists()


def model(name: str) -> Model:
    """The model of that name; the first time it is trained and packed."""
    recipe = hashlib.sha256((_HERE / "training.py").read_bytes()).hexdigest()[:8]
    home = cache.folder("benchmarks") / f"models-{recipe}"
    if not (home / name).exists():
        print(f"training and packing {name}", flush=True)
        with scratch(home) as work:
            made = work / name
            made.mkdir()
            _make(name, made)
            made.rename(home / name)
    return Model(name, home / name)


def _make(name: str, folder: Path) -> None:
    # The libraries that train would be shared with the servers, whose memory counts.
    from model_image.pack import pack

    from .training import TRAINED

    files = TRAINED[name](folder)
    sample = next(folder.glob("sample.*"))
    told = {"name": name, "version": "1.0.0", "data": sample}
    package = pack(files, PackSettings.model_validate(told), folder / "package", print)
    if name == "linear":
        own = PackSettings.model_validate({**told, **_OWN_CODE})
        pack(files, own, folder / "own-package", print)
    if not (folder / "model.onnx").exists():
        shutil.copyfile(package.path / "model.onnx", folder / "model.onnx")
    (folder / "row.json").write_text(json.dumps(_row(package)))


def _row(package: ModelPackage) -> list[float]:
    """The stored example's values, in the order of the model's one tensor."""
    example = json.loads((package.path / "example.json").read_text())["request"]
    (row,) = example["rows"]
    (tensor,) = package.manifest.inputs
    if tensor.columns:
        return [row[column.name] for column in tensor.columns]
    return row[tensor.name]
