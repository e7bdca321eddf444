"""
Keras models are served with their own answers.

Their environment is 1.6 GB; it is made once, in up to 1 minute, and the tests then
take 4 more.
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
import keras, numpy as np, tensorflow as tf
from keras import layers

keras.utils.set_random_seed(0)
wine = np.loadtxt("wine.csv", delimiter=",", skiprows=1).astype("float32")
kinds = np.load("kinds.npy")
scaled = layers.Normalization()
scaled.adapt(wine)

net = keras.Sequential([keras.Input((13,)), scaled, layers.Dense(16, "relu"),
                        layers.Dropout(0.5), layers.Dense(3, "softmax")])
net.compile("adam", "sparse_categorical_crossentropy")
net.fit(wine, kinds, epochs=20, verbose=0)
net.save("wine.keras")
net.save("wine.h5")
np.save("wine-expected.npy", net.predict(wine, verbose=0))

digits = np.load("digits.npy").transpose(0, 2, 3, 1)
net = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(8, 3, activation="relu"),
                        layers.MaxPooling2D(), layers.Flatten(),
                        layers.Dense(10, "softmax")])
net.compile("adam", "sparse_categorical_crossentropy")
net.fit(digits, np.load("figures.npy"), epochs=3, verbose=0)
net.save("digits.keras")
np.save("images.npy", digits[:50])
np.save("digits-expected.npy", net.predict(digits[:50], verbose=0))

def shop(name, lookup):
    "A model of a text and a number, by name, with two answers, by name."
    city = keras.Input((1,), dtype="string", name="city")
    size = keras.Input((), name="size")
    both = layers.Concatenate()([layers.Flatten()(lookup(city)),
                                 layers.Reshape((1,))(size)])
    net = keras.Model({"city": city, "size": size},
                      {"price": layers.Dense(1)(both), "rank": layers.Dense(2)(both)})
    net.save(f"{name}.keras")
    with open("shop.csv") as file:
        rows = [line.strip().split(",") for line in file][1:]
    given = {"city": tf.constant([[row[0]] for row in rows]),
             "size": tf.constant([float(row[1]) for row in rows])}
    np.save(f"{name}-expected.npy", net(given)["rank"])

with open("shop.csv", "w") as file:
    file.write("city,size\\n")
    file.writelines(f"{['Oslo', 'Bergen', 'Bodø', 'Voss'][at % 4]},{at / 7:.3f}\\n"
                    for at in range(60))
shop("known", layers.StringLookup(vocabulary=["Bergen", "Oslo"], output_mode="one_hot"))
split = layers.TextVectorization(output_mode="multi_hot")
split.adapt(["Oslo", "Bergen"])
shop("spelt", split)
"""


@pytest.fixture(scope="module")
def nets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained("keras", SCRIPT, tmp_path_factory.mktemp("keras"))


@pytest.mark.parametrize("name", ["wine.keras", "wine.h5"])
def test_a_net_on_a_table_is_asked_by_column(nets: Path, name: str):
    package = packed(nets / name, nets / "wine.csv")

    given = answers(package, records(nets / "wine.csv"))

    expected = np.load(nets / "wine-expected.npy")
    assert package.manifest.flavour == "onnx"
    assert np.abs([row["output"] for row in given] - expected).max() < 1e-5
    assert largest_difference(package) < 1e-5


def test_a_convolution_takes_images(nets: Path):
    package = packed(nets / "digits.keras", nets / "images.npy")
    images = np.load(nets / "images.npy")

    given = answers(package, [{"input": image.tolist()} for image in images])

    expected = np.load(nets / "digits-expected.npy")
    assert package.manifest.inputs[0].shape == (-1, 8, 8, 1)
    assert np.abs([row["output"] for row in given] - expected).max() < 1e-5


def test_layers_that_look_up_text_are_carried_unseen_text_too(nets: Path):
    package = packed(nets / "known.keras", nets / "shop.csv")
    unseen = {"city": "nowhere", "size": 0.0}
    out_of_vocabulary = {"city": "Voss", "size": 0.0}

    given = answers(package, records(nets / "shop.csv"))
    other, same = answers(package, [unseen, out_of_vocabulary])

    expected = np.load(nets / "known-expected.npy")
    assert {one.name: one.shape for one in package.manifest.inputs} == {
        "city": (-1, 1),
        "size": (-1,),
    }
    assert np.abs([row["rank"] for row in given] - expected).max() < 1e-5
    assert other == same


def test_what_onnx_cannot_carry_is_refused_with_the_flavour_that_can(nets: Path):
    model, sample = nets / "spelt.keras", nets / "shop.csv"
    with pytest.raises(PackError, match=r"has no .*Regex.*with --flavour tensorflow"):
        packed(model, sample)

    package = packed(model, sample, flavour="tensorflow")
    given = answers(package, records(sample))

    expected = np.load(nets / "spelt-expected.npy")
    assert package.manifest.flavour == "tensorflow"
    assert np.abs([row["rank"] for row in given] - expected).max() < 1e-5


def test_the_same_model_is_the_same_package_though_tensorflow_writes_at_random(
    nets: Path, tmp_path: Path
):
    again = tmp_path / "known.keras"
    again.write_bytes((nets / "known.keras").read_bytes())
    told = {"sample": nets / "shop.csv", "flavour": "tensorflow"}

    assert (
        packed(again, **told).identity == packed(nets / "known.keras", **told).identity
    )


def test_a_table_of_another_width_is_refused_with_both_widths(nets: Path):
    with pytest.raises(PackError, match="has 2 columns, and the model takes 13"):
        packed(nets / "wine.keras", nets / "shop.csv")
