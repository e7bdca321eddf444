"""
TorchScript modules are served with their own answers.

Their environment is 5.5 GB; it is made once, in 1 to 2 minutes, and the tests then
take 3 more.
"""

from pathlib import Path

import numpy as np
import pytest

from model_image.errors import PackError
from tests.model_image.nets import (
    answers,
    largest_difference,
    packed,
    records,
    trained,
)

pytestmark = [pytest.mark.proof, pytest.mark.sandbox, pytest.mark.timeout(900)]

SCRIPT = """
import numpy as np, torch
from torch import Tensor, nn

torch.manual_seed(0)

class Wine(nn.Module):
    def __init__(self, rows: Tensor):
        super().__init__()
        self.register_buffer("mean", rows.mean(0))
        self.register_buffer("spread", rows.std(0))
        self.layers = nn.Sequential(
            nn.Linear(13, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 3))

    def forward(self, wine: Tensor):
        return self.layers((wine - self.mean) / self.spread).softmax(1)

class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(72, 10))

    def forward(self, image: Tensor):
        return self.layers(image).softmax(1)

class Shop(nn.Module):
    def __init__(self):
        super().__init__()
        self.kinds = nn.Embedding(5, 4)
        self.last = nn.Linear(6, 2)

    def forward(self, kind: Tensor, amounts: Tensor) -> dict[str, Tensor]:
        both = self.last(torch.cat([self.kinds(kind).squeeze(1), amounts], 1))
        for _ in range(int(both.shape[0]) % 3):
            both = both * 1.5
        return {"first": both[:, 0], "both": both}

class Spectrum(nn.Module):
    def forward(self, wine: Tensor):
        scaled = nn.functional.normalize(wine, dim=1)
        return torch.linalg.eigvalsh(torch.einsum("ri,rj->rij", scaled, scaled))[:, -1]

def fitted(net, rows, kinds, steps):
    optimiser = torch.optim.Adam(net.parameters(), 0.01)
    for _ in range(steps):
        optimiser.zero_grad()
        nn.functional.nll_loss((net(rows) + 1e-9).log(), kinds).backward()
        optimiser.step()
    return net.eval()

def saved(net, name, *rows):
    # In training mode, where dropout is at work, as a careless person would save it.
    torch.jit.script(net.train()).save(f"{name}.pt")
    with torch.no_grad():
        answer = net.eval()(*rows)
    np.save(f"{name}-expected.npy", answer["both"] if name == "shop" else answer)

wine = torch.tensor(np.loadtxt("wine.csv", delimiter=",", skiprows=1)).float()
kinds = torch.tensor(np.load("kinds.npy"))
saved(fitted(Wine(wine), wine, kinds, 80), "wine", wine)
digits = torch.tensor(np.load("digits.npy"))
saved(fitted(Digits(), digits, torch.tensor(np.load("figures.npy")), 30), "digits",
      digits)
kind, amounts = torch.randint(0, 5, (40, 1)), torch.rand(40, 2)
np.savez("shop.npz", kind=kind, amounts=amounts)
saved(Shop(), "shop", kind, amounts)
saved(Spectrum(), "spectrum", wine)
"""


@pytest.fixture(scope="module")
def nets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained("torchscript", SCRIPT, tmp_path_factory.mktemp("torch"))


def test_a_net_on_a_table_is_asked_by_column_and_answers_with_class_names(nets: Path):
    names = ("barolo", "grignolino", "barbera")
    package = packed(nets / "wine.pt", nets / "wine.csv", class_names=names)

    given = answers(package, records(nets / "wine.csv"))

    expected = np.load(nets / "wine-expected.npy")
    got = [[row["output"][name] for name in names] for row in given]
    assert package.manifest.flavour == "onnx"
    assert package.manifest.inputs[0].name == "wine"
    assert np.abs(got - expected).max() < 1e-5
    assert largest_difference(package) < 1e-5


def test_a_convolution_takes_images(nets: Path):
    package = packed(nets / "digits.pt", nets / "digits.npy")
    images = np.load(nets / "digits.npy")[:50]

    given = answers(package, [{"image": image.tolist()} for image in images])

    expected = np.load(nets / "digits-expected.npy")[:50]
    assert package.manifest.inputs[0].shape == (-1, 1, 8, 8)
    assert np.abs([row["output"] for row in given] - expected).max() < 1e-5


def test_tensors_go_by_argument_and_key_and_loops_still_depend_on_the_rows(nets: Path):
    package = packed(nets / "shop.pt", nets / "shop.npz")
    given = np.load(nets / "shop.npz")
    rows = [
        {"kind": kind.tolist(), "amounts": amounts.tolist()}
        for kind, amounts in zip(given["kind"], given["amounts"], strict=True)
    ]

    got = answers(package, rows)

    expected = np.load(nets / "shop-expected.npy")
    assert [one.datatype for one in package.manifest.inputs] == ["INT64", "FP32"]
    assert [one.name for one in package.manifest.outputs] == ["first", "both"]
    assert np.abs([row["both"] for row in got] - expected).max() < 1e-5
    assert np.abs([row["first"] for row in got] - expected[:, 0]).max() < 1e-5


def test_what_onnx_cannot_carry_is_refused_with_the_flavour_that_can(nets: Path):
    model, sample = nets / "spectrum.pt", nets / "wine.csv"
    with pytest.raises(PackError, match=r"linalg_eigvalsh.*with --flavour torch"):
        packed(model, sample)

    package = packed(model, sample, flavour="torch")
    given = answers(package, records(sample))

    expected = np.load(nets / "spectrum-expected.npy")
    assert package.manifest.flavour == "torch"
    assert np.abs([row["output"] for row in given] - expected).max() < 1e-5


def test_a_module_says_no_shapes_so_rows_are_asked_for(nets: Path):
    with pytest.raises(PackError, match=r"wine\.pt: .*give rows with --data"):
        packed(nets / "wine.pt")


def test_rows_of_another_model_are_refused_in_its_own_words(nets: Path):
    with pytest.raises(PackError, match=r"refuses the sample's rows .*conv2d"):
        packed(nets / "digits.pt", nets / "wine.csv")
