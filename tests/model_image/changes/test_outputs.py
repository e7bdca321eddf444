"""Which changes of what a model gives break callers."""

import msgspec
import pytest

from model_image.server.manifest import Output
from tests.model_image.changes.manifests import CHANCES, LABEL, manifest, sentences

replaced = msgspec.structs.replace

WIDER = replaced(CHANCES, shape=(-1, 3), columns=("no", "yes", "perhaps"))
MIXED = replaced(CHANCES, shape=(-1, 3), columns=("no", "perhaps", "yes"))
OUTPUT_CHANGES: list[tuple[Output, Output, list[tuple[str, str]]]] = [
    (CHANCES, WIDER, [("minor", "output 'probabilities' column 'perhaps' is new")]),
    (
        WIDER,
        CHANCES,
        [("major", "output 'probabilities' column 'perhaps' is removed")],
    ),
    (
        CHANCES,
        MIXED,
        [
            ("major", "output 'probabilities' column 'yes' was at place 1 and is at 2"),
            ("minor", "output 'probabilities' column 'perhaps' is new"),
        ],
    ),
    (
        LABEL,
        replaced(LABEL, labels=("yes", "no")),
        [("major", "output 'label' class 'no' was at place 0 and is at 1")],
    ),
    (
        LABEL,
        replaced(LABEL, labels=("no", "yes", "perhaps", "never")),
        [("minor", "output 'label' class 'perhaps' (and 1 more) is new")],
    ),
    (
        LABEL,
        replaced(LABEL, labels=()),
        [("major", "output 'label' class: values no longer have names")],
    ),
    (
        replaced(CHANCES, columns=()),
        CHANCES,
        [("major", "output 'probabilities' column: values have names now")],
    ),
    (
        LABEL,
        replaced(LABEL, datatype="INT32"),
        [("major", "output 'label' is INT32, no longer INT64")],
    ),
    (
        LABEL,
        replaced(LABEL, shape=(-1, 1)),
        [("major", "output 'label' has the shape [-1, 1], no longer [-1]")],
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), OUTPUT_CHANGES)
def test_a_change_of_an_output_is_told_with_its_weight(
    old: Output, new: Output, told: list[tuple[str, str]]
):
    assert sentences(manifest(outputs=(old,)), manifest(outputs=(new,))) == told


def test_an_output_may_come_but_not_go():
    one, both = manifest(outputs=(LABEL,)), manifest(outputs=(LABEL, CHANCES))

    assert sentences(one, both) == [("minor", "output 'probabilities' is new")]
    assert sentences(both, one) == [("major", "output 'probabilities' is removed")]
