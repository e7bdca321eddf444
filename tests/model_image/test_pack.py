"""A package appears whole or not at all, and the same model is the same package."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from model_image.errors import PackError
from model_image.evidence import read_evidence
from model_image.pack import pack
from model_image.package import ModelPackage
from tests.model_image.trained import Trained, iris

pytestmark = pytest.mark.sandbox

ROOT = Path(__file__).parents[2]


def silent(sentence: str) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return iris(tmp_path_factory.mktemp("trained"))


@pytest.fixture(scope="module")
def packed(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    target = tmp_path_factory.mktemp("models") / "iris"
    return pack([trained.model], trained.settings(), target, silent)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Where packages go; whatever is there at the end was left there."""
    return tmp_path / "models"


def test_the_package_holds_the_model_its_schema_and_its_proof(packed: ModelPackage):
    evidence = read_evidence(packed.path, packed.identity)

    assert sorted(packed.manifest.files) == [
        "example.json",
        "model.onnx",
        "profile.json",
    ]
    assert packed.manifest.inputs[0].names[0] == "sepal length (cm)"
    assert evidence.parity
    assert evidence.parity.rows == 150
    assert evidence.parity.edge_rows > 0
    assert evidence.parity.largest_difference < 1e-5
    assert evidence.measured
    assert evidence.measured.suggested_memory_mb > evidence.measured.memory_mb


def test_packing_again_gives_the_same_identity(
    trained: Trained, packed: ModelPackage, models: Path
):
    again = pack([trained.model], trained.settings(), models / "iris", silent)

    assert again.identity == packed.identity


def test_what_was_measured_is_no_part_of_the_identity(packed: ModelPackage):
    evidence = packed.path / "evidence.json"
    told = json.loads(evidence.read_text())

    assert told["identity"] == packed.identity
    assert "evidence.json" not in packed.manifest.files


def test_a_pickle_that_names_anything_else_is_refused_and_nothing_is_left(
    trained: Trained, models: Path, tmp_path: Path
):
    canary = tmp_path / "canary"
    hostile = tmp_path / "hostile.pkl"
    hostile.write_bytes(pickle.dumps(_Hostile(f"touch {canary}")))

    with pytest.raises(PackError, match=r"hostile\.pkl names (posix|os)\.system"):
        pack([hostile], trained.settings(), models / "iris", silent)

    assert not canary.exists()
    assert not models.exists()


class _Hostile:
    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple:
        return os.system, (self.command,)


def test_a_trusted_name_still_reaches_nothing_outside_the_sandbox(
    trained: Trained, models: Path, tmp_path: Path
):
    """Trust widens what may be loaded, never where it runs."""
    canary = tmp_path / "canary"
    hostile = tmp_path / "hostile.pkl"
    hostile.write_bytes(pickle.dumps(_Hostile(f"touch {canary}")))
    trust = ("posix.system", "os.system")

    with pytest.raises(PackError):
        pack([hostile], trained.settings(trust=trust), models / "iris", silent)

    assert not canary.exists()
    assert not models.exists()


def test_a_sample_without_the_models_columns_is_told(
    trained: Trained, models: Path, tmp_path: Path
):
    sample = tmp_path / "other.csv"
    sample.write_text("a,b\n1,2\n")

    with pytest.raises(PackError, match="has no column 'sepal length"):
        pack([trained.model], trained.settings(data=sample), models / "iris", silent)

    assert not models.exists()


def test_a_model_whose_answers_differ_is_not_packed(trained: Trained, models: Path):
    settings = trained.settings(tolerance=1e-12)

    with pytest.raises(PackError, match=r"differ by .* --flavour sklearn"):
        pack([trained.model], settings, models / "iris", silent)

    assert not models.exists()


def test_another_model_of_the_same_version_is_refused(
    packed: ModelPackage, tmp_path: Path
):
    other = iris(tmp_path, C=0.01)
    before = packed.identity

    with pytest.raises(PackError, match=r"another iris 1\.0\.0 is packed already"):
        pack([other.model], other.settings(), packed.path, silent)

    assert ModelPackage.read(packed.path).identity == before


def test_a_folder_that_is_no_package_is_never_replaced(trained: Trained, models: Path):
    (models / "iris").mkdir(parents=True)
    (models / "iris" / "thesis.txt").write_text("years of work")

    with pytest.raises(PackError, match="is there already and is no package"):
        pack([trained.model], trained.settings(), models / "iris", silent)

    assert (models / "iris" / "thesis.txt").exists()


def test_a_new_version_takes_the_place_of_the_old_one(trained: Trained, models: Path):
    pack([trained.model], trained.settings(), models / "iris", silent)

    newer = trained.settings(version="1.0.1")
    pack([trained.model], newer, models / "iris", silent)

    assert ModelPackage.read(models / "iris").version == "1.0.1"
    assert [path.name for path in models.iterdir()] == ["iris"]


def started(trained: Trained, target: Path) -> subprocess.Popen[bytes]:
    """The command, on its way."""
    words = [str(trained.model), "--name", "iris", "--version", "1.0.0"]
    more = ["--data", str(trained.sample), "--output", str(target)]
    return subprocess.Popen(
        [sys.executable, "-m", "model_image", "pack", *words, *more],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_interrupted_it_leaves_no_package_and_no_process(
    trained: Trained, models: Path, number: signal.Signals
):
    process = started(trained, models / "iris")
    assert process.stderr
    while b"converting" not in process.stderr.readline():
        assert process.poll() is None
    time.sleep(0.5)

    process.send_signal(number)
    process.wait()
    process.stderr.close()

    assert not (models / "iris").exists()
    deadline = time.monotonic() + 10
    while _processes_with(str(models)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    pack([trained.model], trained.settings(), models / "iris", silent)
    assert [path.name for path in models.iterdir()] == ["iris"]


def _processes_with(text: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if text.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def test_two_at_once_give_the_same_package_and_leave_nothing_else(
    trained: Trained, models: Path, packed: ModelPackage
):
    both = [started(trained, models / "iris") for _ in range(2)]

    said = [process.communicate()[1] for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    assert ModelPackage.read(models / "iris").identity == packed.identity
    assert [path.name for path in models.iterdir()] == ["iris"]
