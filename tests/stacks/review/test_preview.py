"""What the real CLI said, recorded by record.py, as a reviewer reads it."""

from pathlib import Path

import pytest

from stacks.review.markdown import markdown
from stacks.review.preview import previewed
from stacks.review.record import Review, StackReview
from stacks.settings.stack import StackSettings

from .record import FOLDER, PLAIN

NAMES = ("first", "same", "update", "secret", "replacement", "failure", "refusal")
SETTINGS = StackSettings.parse(
    "dev",
    {
        "slipway:tier": "dev",
        "slipway:package": "model_image/example/package",
        "slipway:platform": {"kind": "local", "port": 8001},
    },
)


def read(name: str) -> StackReview:
    told = (FOLDER / f"{name}.json").read_text()
    return previewed("dev", told, "", SETTINGS, Path("/clone"))


def names(review: StackReview) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in review.resources:
        found.setdefault(one.verb, set()).add(one.name)
    return found


def test_the_first_deployment_adds_everything() -> None:
    review = read("first")

    assert names(review).keys() == {"add"}
    assert names(review)["add"] >= {"model-1", "model-edge", "server"}
    assert review.release
    assert (review.release.before, str(review.release.after)) == (None, "wine 1.0.0")
    assert not [one for one in review.findings if one.new]


def test_a_preview_of_nothing_changes_nothing() -> None:
    assert not read("same").changed


def test_an_update_tells_versions_and_what_only_it_can_tell() -> None:
    review = read("update")

    assert names(review) == {"change": {"model"}, "replace": {"model", "model-1"}}
    assert review.release
    assert str(review.release.before) == "wine 1.0.0"
    assert str(review.release.after) == "wine 1.1.0"
    (container,) = (one for one in review.of("replace") if one.name == "model-1")
    values = {one.path: one.after for one in container.properties}
    assert values["image"] == "(known after the update)"
    assert values["labels[slipway.version].value"] == "1.1.0"


def test_a_replacement_of_what_serves_is_called_out() -> None:
    review = read("replacement")

    assert names(review) == {"replace": {"model-edge"}}
    assert [one.sentence for one in review.notes] == [
        "model-edge, which serves, is replaced"
    ]
    (told,) = review.of("replace")[0].properties
    assert told.path == "ports[8080].external"
    assert told.before != told.after


def test_a_secret_is_told_of_and_never_told() -> None:
    review = read("secret")

    assert "model-secrets" in names(review)["add"]
    assert PLAIN not in review.model_dump_json()
    assert PLAIN not in (FOLDER / "secret.json").read_text()


def test_a_refusal_is_its_sentence() -> None:
    review = read("refusal")

    assert review.refused
    assert review.error.startswith("staging: wine 1.4.2")
    assert review.error.endswith("promote it through dev first")


def test_a_program_that_fails_is_told_with_its_line() -> None:
    review = read("failure")

    assert review.refused
    assert review.error.startswith("__main__.py, line ")
    assert review.error.endswith("RuntimeError: in the middle")
    # It was cut off: what it did not come to is not said to be removed, nor broken.
    assert (review.release, review.notes, review.findings) == (None, (), ())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "warning: old\nerror: no stack named 'dev' found\n",
            "no stack named 'dev' found",
        ),
        ("", "pulumi preview said nothing; see the job's log"),
    ],
)
def test_where_the_cli_itself_fails_its_words_are_told(said: str, told: str) -> None:
    review = previewed("dev", "", said, SETTINGS, Path("/clone"))

    assert (review.refused, review.error) == (True, told)


def test_every_preview_is_readable() -> None:
    stacks = tuple(read(name).model_copy(update={"stack": name}) for name in NAMES)

    told = markdown([Review(source="preview", stacks=stacks)])

    assert "Nothing changes in same." in told
    assert told.count("<details") == told.count("</details>") == len(NAMES) - 1
    assert "__defaults" not in told
    assert "04da6b54" not in told
