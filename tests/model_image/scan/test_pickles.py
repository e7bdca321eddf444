"""Pickles and joblib files, followed and held to the allow-list."""

import gzip
import pickle
import pickletools
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from picklescan.scanner import scan_pickle_bytes
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from model_image.errors import PackError
from model_image.scan import mapped
from model_image.scan.pickles import scan_pickle
from tests.model_image.scan.canary import Canary, canary_in
from tests.model_image.scan.hostile import ATTACKS, call, name, written

NOBODY: frozenset[str] = frozenset()
ROWS = np.random.default_rng(0).normal(size=(60, 4))
LABELS = (ROWS.sum(axis=1) > 0).astype(int)


def scanned(path: Path, *trusted: str, code: frozenset[str] = NOBODY) -> Any:
    return scan_pickle(path, frozenset(trusted), code)


def refusal(path: Path, *trusted: str, code: frozenset[str] = NOBODY) -> str:
    with pytest.raises(PackError) as refused:
        scanned(path, *trusted, code=code)
    return str(refused.value)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_in_one_sentence(
    attack: str, canary: Canary, tmp_path: Path
) -> None:
    sentence = refusal(written(attack, canary, tmp_path / "model.pkl"))

    assert str(tmp_path / "model.pkl") in sentence
    assert "\n" not in sentence


REASONS = {
    "made-up name": "made up while loading",
    "extension": "refers to something outside",
    "persistent id": "refers to something outside",
    "persistent id, protocol 0": "refers to something outside",
    "dotted name": "reaches inside of something",
    "a booster's file": "calls xgboost.core.Booster",
    "another codec": "other than latin1",
    "call of an instance": "calls something without a name",
    "change of a class": "changes sklearn.svm._classes.SVC itself",
    "items of a class": "changes sklearn.svm._classes.SVC itself",
    "pointers in an array": "objects among its fields",
    "rest of a frame": "begins within a frame",
    "half an array": "uses half of an array",
    "no end": "ends or is damaged",
    "an end too many": "no opcode",
    "renamed in the memo": "os.system",
}


@pytest.mark.parametrize("attack", REASONS)
def test_the_sentence_says_what_was_found(
    attack: str, canary: Canary, tmp_path: Path
) -> None:
    sentence = refusal(written(attack, canary, tmp_path / "model.pkl"))

    assert REASONS[attack] in sentence


@pytest.mark.parametrize(
    "attack",
    [
        "reduce",
        "renamed in the memo",
        "marshal and FunctionType",
        "array after array",
        "object array of joblib",
        "rest of a frame",
    ],
)
def test_the_attacks_are_real(attack: str, tmp_path: Path) -> None:
    """Loaded without a scan they reach the canary: the tests above prove something."""
    with canary_in(tmp_path) as doomed:
        path = written(attack, doomed, tmp_path / "model.pkl")
        command = "import joblib, sys; joblib.load(sys.argv[1])"
        subprocess.run(
            [sys.executable, "-c", command, path], check=False, capture_output=True
        )

        assert not doomed.is_alive()


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_compression_hides_no_attack(pack: Any, canary: Canary, tmp_path: Path) -> None:
    path = tmp_path / "model.joblib"
    path.write_bytes(pack(ATTACKS["system"](canary)))

    assert "os.system" in refusal(path)


@pytest.mark.parametrize(
    "attack", ["reduce", "array after array", "object array of joblib", "object array"]
)
def test_the_sentence_names_what_was_asked_for(
    attack: str, canary: Canary, tmp_path: Path
) -> None:
    sentence = refusal(written(attack, canary, tmp_path / "model.pkl"))

    assert "io.open" in sentence
    assert "--trust" in sentence


def test_what_the_operator_trusts_passes(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(call("imblearn.pipeline", "Pipeline"))

    assert scanned(path, "imblearn.pipeline.Pipeline").globals == (
        "imblearn.pipeline.Pipeline",
    )
    assert scanned(path, "imblearn.*").globals == ("imblearn.pipeline.Pipeline",)
    assert "imblearn.pipeline.Pipeline" in refusal(path, "imblearn.Pipeline", "imb.*")


def test_a_pattern_does_not_trust_what_is_known_as_dangerous(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(call("numpy.f2py.crackfortran", "getlincoef", "1", ""))

    assert "picklescan" in refusal(path, "numpy.*")
    assert scanned(path, "numpy.f2py.crackfortran.getlincoef").globals


def test_nobody_can_trust_a_dotted_name(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(call("trace", "Trace.run"))

    assert "inside" in refusal(path, "trace.Trace.run", "trace.*")


def test_code_of_ones_own_is_pointed_to_the_command_that_packs_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "my model.pkl"
    path.write_bytes(call("features.text", "Cleaner"))

    sentence = refusal(path)

    assert "features.text.Cleaner" in sentence
    assert f"python -m model_image pack '{path}' --code DIR --entry" in sentence


def test_the_modules_of_the_code_that_is_packed_with_it_are_trusted(
    tmp_path: Path,
) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(call("features.text", "Cleaner"))
    code = frozenset({"features"})

    assert scan_pickle(path, NOBODY, code).globals == ("features.text.Cleaner",)


def test_beside_its_code_whatever_else_it_names_is_for_the_operator_to_trust(
    canary: Canary, tmp_path: Path
) -> None:
    path = written("cloudpickle", canary, tmp_path / "model.pkl")

    assert "--trust" in refusal(path, code=frozenset({"features"}))


@pytest.mark.parametrize("attack", ["cloudpickle", "dill"])
def test_what_was_pickled_by_value_is_code_of_ones_own(
    attack: str, canary: Canary, tmp_path: Path
) -> None:
    assert "--code DIR" in refusal(written(attack, canary, tmp_path / "model.pkl"))


def test_many_names_are_shown_as_a_few_and_a_count(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    names = b"".join(name("strange", f"name{at}") + b"0" for at in range(20))
    path.write_bytes(b"\x80\x04" + names + b"N.")

    assert "and 12 more" in refusal(path)


def test_a_name_of_control_characters_is_shown_as_an_escape(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(call("strange\x1b[2J", "name"))

    assert "\x1b" not in refusal(path)


def test_the_report_says_what_wrote_the_model(tmp_path: Path) -> None:
    import sklearn

    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(LogisticRegression().fit(ROWS, LABELS), protocol=4))

    report = scanned(path)

    assert report.libraries == {"scikit-learn": sklearn.__version__}
    assert report.protocol == 4
    assert report.scanner == "picklescan"
    assert "sklearn.linear_model._logistic.LogisticRegression" in report.globals


def test_every_name_that_the_kept_scanner_sees_is_seen(tmp_path: Path) -> None:
    model = RandomForestClassifier(3, random_state=0).fit(ROWS, LABELS)
    path = tmp_path / "model.pkl"
    for protocol in range(6):
        path.write_bytes(pickletools.optimize(pickle.dumps(model, protocol=protocol)))
        with path.open("rb") as file:
            theirs = {
                f"{g.module}.{g.name}" for g in scan_pickle_bytes(file, "").globals
            }

        assert theirs == set(scanned(path).globals)


def test_a_bomb_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapped, "_FLOOR", 1 << 20)
    path = tmp_path / "model.joblib"
    path.write_bytes(zlib.compress(bytes(50 << 20), 9))

    assert "unpacks to more than" in refusal(path)


def test_a_compressed_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.joblib"
    joblib.dump(RandomForestClassifier(3).fit(ROWS, LABELS), path, compress=3)
    path.write_bytes(path.read_bytes()[:-50])

    assert "cannot be unpacked" in refusal(path)


def test_a_hundred_megabytes_take_seconds(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    state = {"values": [0.5] * 4_000_000, "arrays": [np.ones(8_000_000)]}
    path.write_bytes(pickle.dumps(state))
    began = time.monotonic()

    scanned(path)

    assert path.stat().st_size > 100_000_000
    assert time.monotonic() - began < 5


def test_a_name_lost_in_noise_is_found(canary: Canary, tmp_path: Path) -> None:
    """A million harmless steps do not tire the scan."""
    path = tmp_path / "model.pkl"
    noise = b"\x8c\x01a0" * 500_000
    path.write_bytes(b"\x80\x04" + noise + call("os", "system", canary.command)[2:])

    assert "os.system" in refusal(path)
