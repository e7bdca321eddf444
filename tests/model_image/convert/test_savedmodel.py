"""
SavedModels are served with their own answers.

Their environment is that of Keras, 1.6 GB; the tests take 2 minutes more.
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
import numpy as np, tensorflow as tf

tf.random.set_seed(0)
wine = np.loadtxt("wine.csv", delimiter=",", skiprows=1)
kinds = np.load("kinds.npy")

class Wine(tf.Module):
    def __init__(self):
        self.mean = tf.constant(wine.mean(0))
        self.spread = tf.constant(wine.std(0))
        self.weights = tf.Variable(tf.zeros((13, 3), tf.float64))

    def logits(self, rows):
        return ((rows - self.mean) / self.spread) @ self.weights

    @tf.function(input_signature=[tf.TensorSpec((None, 13), tf.float64, "wine")])
    def __call__(self, rows):
        likely = tf.nn.softmax(self.logits(rows))
        names = tf.constant(["barolo", "grignolino", "barbera"])
        return {"likely": likely, "kind": tf.gather(names, tf.argmax(likely, 1))}

    @tf.function(input_signature=[tf.TensorSpec((None, 13), tf.float64, "wine")])
    def spectrum(self, rows):
        return {"top": tf.linalg.eigvalsh(rows[:, :, None] * rows[:, None, :])[:, -1]
                       / 1e6,
                "shown": tf.strings.as_string(rows[:, 0], precision=2)}

    @tf.function(input_signature=[tf.TensorSpec((2, 13), tf.float64, "wine")])
    def pair(self, rows):
        return {"likely": self.logits(rows)}

net = Wine()
for _ in range(200):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
            kinds, net.logits(wine)))
    net.weights.assign_sub(0.5 * tape.gradient(loss, net.weights))

def saved(name, **signatures):
    tf.saved_model.save(net, name, signatures=signatures)

saved("wine", serving_default=net.__call__)
saved("spectrum", serving_default=net.spectrum)
saved("pair", serving_default=net.pair)
saved("unnamed", other=net.__call__)
np.save("likely.npy", net(wine)["likely"])
np.save("kind.npy", net(wine)["kind"].numpy().astype("U"))
np.save("top.npy", net.spectrum(wine)["top"])
"""


@pytest.fixture(scope="module")
def nets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained("savedmodel", SCRIPT, tmp_path_factory.mktemp("tensorflow"))


def test_a_signature_keeps_its_names_its_precision_and_its_text(nets: Path):
    package = packed(nets / "wine", nets / "wine.csv")

    given = answers(package, records(nets / "wine.csv"))

    (tensor,) = package.manifest.inputs
    assert (tensor.name, tensor.datatype, tensor.names[0]) == (
        "wine",
        "FP64",
        "alcohol",
    )
    expected = np.load(nets / "likely.npy")
    assert np.abs([row["likely"] for row in given] - expected).max() < 1e-5
    assert [row["kind"] for row in given] == np.load(nets / "kind.npy").tolist()
    assert largest_difference(package) < 1e-5


def test_what_onnx_cannot_carry_is_refused_with_the_flavour_that_can(nets: Path):
    model, sample = nets / "spectrum", nets / "wine.csv"
    with pytest.raises(PackError, match="with --flavour tensorflow"):
        packed(model, sample)

    package = packed(model, sample, flavour="tensorflow")
    rows = records(sample)
    given = answers(package, rows)

    expected = np.load(nets / "top.npy")
    assert np.abs([row["top"] for row in given] - expected).max() < 1e-5
    assert given[0]["shown"] == f"{rows[0]['alcohol']:.2f}"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("pair", r"'wine' has the fixed shape \[2, 13\]; save it with None"),
        ("unnamed", "has no signature 'serving_default'"),
    ],
)
def test_a_signature_that_cannot_serve_is_refused(nets: Path, name: str, sentence: str):
    with pytest.raises(PackError, match=sentence):
        packed(nets / name, nets / "wine.csv")
