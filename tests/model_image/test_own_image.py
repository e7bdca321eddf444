"""The image of a package that brings its own code and requirements, built and run."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from model_image.server.example import differences
from stacks.settings.build import build_secrets
from tests.images import (
    FORBIDDEN,
    LOCKED,
    SERVER,
    becomes_healthy,
    built,
    contents,
    docker,
    executables,
    inspected,
    layers,
)
from tests.own_package import lock, own_package

pytestmark = pytest.mark.docker

DOCKERFILE = SERVER.parent / "requirements.Dockerfile"
CODE = "slipway-test/code:session"
MARK = f"secret-{uuid.uuid4().hex}"
ASK = """
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", 8080)
connection.request("POST", "/predict", sys.argv[1])
answer = connection.getresponse()
print(answer.status, answer.read().decode())
"""


@pytest.fixture(scope="session")
def code() -> str:
    """The image with nothing but the server's code, by a name for FROM."""
    # The digest alone is no name for FROM.
    docker("tag", built(SERVER, "--build-arg=CONTENT=code"), CODE)
    return CODE


def built_own(package: Path, code: str, *options: str) -> str:
    server = f"--build-arg=SERVER={code}"
    return built(package, server, "-f", DOCKERFILE, *options)


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of a user's class, in a folder that holds more than it."""
    requirements = {"requirements.txt": lock("tabulate==0.9.0")}
    folder = own_package(tmp_path_factory.mktemp("own"), requirements)
    (folder / "evidence.json").write_text("{}")
    return folder


@pytest.fixture(scope="session")
def image(code: str, package: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The package's image, built with secrets that are easily found again."""
    folder = tmp_path_factory.mktemp("secrets")
    secrets = {"pip.conf": "[global]\n", "ca.crt": ""} | build_secrets()
    for name, text in secrets.items():
        (folder / name).write_text(f"{text}# {MARK}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_CONFIG_FILE", str(folder / "pip.conf"))
        patch.setenv("SSL_CERT_FILE", str(folder / "ca.crt"))
        return built_own(package, code)


@pytest.fixture(scope="session")
def files(image: str) -> dict[str, Any]:
    """Everything in the image, by path."""
    return contents(image)


@pytest.fixture
def container() -> Iterator[str]:
    """A name for a container, removed afterwards."""
    name = f"slipway-test-{uuid.uuid4().hex[:8]}"
    yield name
    docker("rm", "-f", name)


def run(name: str, image: str) -> None:
    """Run an image with no network at all, until Docker finds it healthy."""
    docker("run", "-d", "--name", name, "--network=none", *LOCKED, image)
    assert becomes_healthy(name), docker("logs", name).decode()


def replayed(name: str) -> list[str]:
    """Where the answer to the stored example is not the stored one."""
    words = ["exec", name, "python", "-m", "model_image.server.replay"]
    told = json.loads(docker(*words))
    return differences(told["expected"], told["got"], told["tolerance"])


def test_locked_down_and_without_a_network_it_answers_its_example_and_bad_input(
    image: str, container: str
):
    run(container, image)

    assert replayed(container) == []
    asked = docker("exec", container, "python", "-c", ASK, '{"city": "Rom", "age": 1}')
    assert asked.startswith(b"422 ")
    assert b"one of Bergen, Oslo" in asked


def test_nothing_in_the_image_can_be_used_to_install_or_look_around(
    files: dict[str, Any],
):
    assert {path for path in files if Path(path).name in FORBIDDEN} == {"var/lib/dpkg"}
    assert executables(files) == {"python3.11"}
    assert [path for path, each in files.items() if each.mode & 0o6000] == []


def test_it_holds_what_the_package_locks_and_not_the_onnx_runtime(
    files: dict[str, Any],
):
    packages = "venv/lib/python3.11/site-packages/"

    assert packages + "tabulate/__init__.py" in files
    assert packages + "onnxruntime" not in files
    assert "app/model_image/server/flavours/python.py" in files


def test_only_what_a_manifest_lists_is_in_the_model_folder(files: dict[str, Any]):
    held = {path for path, each in files.items() if each.isfile()}

    assert {path for path in held if path.startswith("model/")} == {
        "model/model.json",
        "model/example.json",
        "model/requirements.txt",
        "model/code/predictor.py",
        "model/code/units.py",
        "model/artifacts/form.json",
    }


def test_it_is_run_just_as_the_server_image_is(code: str, image: str):
    config, server = inspected(image)["Config"], inspected(code)["Config"]

    for key in ("User", "Entrypoint", "Healthcheck", "Env", "StopSignal"):
        assert config[key] == server[key]
    assert config["User"] == "10001:10001"


def test_no_secret_is_in_any_layer_or_in_the_history(image: str):
    saved = docker("save", image)

    assert MARK.encode() not in saved
    # The archive is plain, so a text that is in a layer would have been found.
    assert b"class Predictor:" in saved


def test_another_model_moves_only_the_last_layer(
    code: str, image: str, package: Path, tmp_path: Path
):
    locked = (package / "requirements.txt").read_text()
    changed = {"requirements.txt": locked, "artifacts/form.json": '"simple"'}
    other = built_own(own_package(tmp_path, changed, version="1.0.1"), code)

    assert layers(other)[:-1] == layers(image)[:-1]
    assert layers(other)[-1] != layers(image)[-1]


@pytest.mark.proof
def test_building_again_without_any_cache_gives_the_very_same_layers(
    code: str, image: str, package: Path
):
    assert layers(built_own(package, code, "--no-cache")) == layers(image)


LIBRARIES = """
import lightgbm, numpy, pandas, scipy.stats, xgboost
from sklearn import ensemble, feature_extraction, linear_model, neighbors, pipeline, svm
from sklearn.utils import all_estimators

class Predictor:
    def load(self, folder):
        rows = pandas.DataFrame({"age": numpy.linspace(0, 60, 60)})
        old = (rows.age > 30).astype(int)
        models = [
            lightgbm.LGBMClassifier(n_estimators=9, min_child_samples=2, verbose=-1),
            xgboost.XGBClassifier(n_estimators=9),
            ensemble.RandomForestClassifier(9),
            ensemble.HistGradientBoostingClassifier(max_iter=9),
            linear_model.LogisticRegression(),
            neighbors.KNeighborsClassifier(),
            svm.SVC(),
        ]
        self.models = [model.fit(rows, old) for model in models]
        text = feature_extraction.text.TfidfVectorizer(analyzer="char")
        self.text = pipeline.make_pipeline(text, linear_model.LogisticRegression())
        self.text.fit(["oslo", "bergen"], ["Oslo", "Bergen"])
        assert all_estimators() and scipy.stats.norm.cdf(0) == 0.5

    def predict(self, frame):
        votes = numpy.sum([m.predict(frame[["age"]]) for m in self.models], axis=0)
        return {"shown": self.text.predict(frame.city.str.lower()), "doubled": votes}
"""


@pytest.mark.proof
def test_models_of_three_libraries_run_in_what_is_left_of_their_wheels(
    code: str, container: str, tmp_path: Path
):
    """LightGBM's needs a libgomp.so.1 that the base does not have."""
    requirements = lock("scikit-learn", "lightgbm", "xgboost-cpu")
    files = {"requirements.txt": requirements, "code/predictor.py": LIBRARIES}
    answer = {"shown": "Oslo", "doubled": 0.0}

    run(container, built_own(own_package(tmp_path, files, answer), code))

    assert replayed(container) == []
