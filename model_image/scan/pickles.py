"""Pickles and joblib files, followed to their end and held to the allow-list."""

from pathlib import Path

from model_image.errors import PackError
from model_image.scan.format import Format
from model_image.scan.mapped import mapped
from model_image.scan.report import Scan
from model_image.scan.stream.machine import Machine
from model_image.scan.stream.steps import STEPS
from model_image.scan.stream.values import Name, Unfollowed
from model_image.scan.verdict import SCANNER, check_names, scanner_version
from model_image.scan.xgboost import booster_version

_MOST_PICKLES = 100
_BOOSTER = Name("xgboost.core", "Booster")


def scan_pickle(path: Path, trusted: frozenset[str], code: frozenset[str]) -> Scan:
    """What a file of one or more pickles names, each of them allowed."""
    with mapped(path) as data:
        machine = Machine(data, steps=STEPS)
        failure = follow(machine)
        libraries = dict(machine.versions)
        if _BOOSTER in machine.names and (found := booster_version(data)):
            libraries["xgboost"] = found
    # A name says more than the damage that stands behind it.
    names = check_names(path, machine.names, trusted=trusted, code=code)
    if failure:
        raise PackError(
            f"{path} cannot be followed to its end ({failure}), so nobody can say what "
            "it would do; save the model again with pickle or joblib"
        )
    return Scan(
        format=Format.PICKLE,
        scanner=SCANNER,
        scanner_version=scanner_version(),
        globals=names,
        libraries=libraries,
        protocol=machine.protocol,
    )


def follow(machine: Machine) -> str:
    """Follow all pickles that stand one behind the other; says what failed, or `""`."""
    end = 0
    try:
        for _ in range(_MOST_PICKLES):
            end = machine.run(end)
            if end == machine.size:
                return ""
    except Unfollowed as failure:
        return str(failure)
    return f"it holds more than {_MOST_PICKLES} pickles"
