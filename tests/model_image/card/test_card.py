"""A card says what a package and its evidence say, and loads nothing."""

from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from model_image.card import Card, markdown, page
from model_image.package import ModelPackage
from model_image.server.manifest import Column, ManifestError
from tests.model_image.card.packages import EVIDENCE, described
from tests.model_image.card.reading import Read

PROFILE: dict[str, Any] = {
    "rows": 500,
    "inputs": {
        "city": {"kind": "categories", "values": {"oslo": 3, "bergen": 1}},
        "age": {"kind": "distribution", "edges": [20, 40, 60], "counts": [1, 5, 3, 1]},
    },
    "outputs": {"label": {"kind": "categories", "values": {"no": 9, "yes": 1}}},
}
COLUMNS = (
    Column("city", categories=("oslo", "bergen"), closed=True),
    Column("age", missing=True, low=18, high=1234567.25),
)


@pytest.fixture
def card(tmp_path: Path) -> Card:
    package = described(
        tmp_path / "churn",
        columns=COLUMNS,
        profile=PROFILE,
        evidence=EVIDENCE,
        description="Who leaves.",
        owner="risk team",
    )
    return Card.of(package)


TOLD = [
    "churn 1.4.2",
    "Who leaves.",
    "risk team",
    "macro F1",
    "0.8842",
    "12.3 µs",
    "43.8 ms",
    "640 MB",
    "412 MB used",
    "1.3 s",
    "18 to 1,234,567",
    "may be missing",
    "1000 rows of data and 320 rows at the edge",
    "3.1e-07 at most",
    "edge rows: probabilities, row 18",
    "An unseen category in city is refused",
    "churn.pkl",
    "scikit-learn 1.9.1",
    "picklescan 1.0.5: 1 names, all allowed",
    "http://127.0.0.1:8080/v2/models/churn/infer",
]


@pytest.mark.parametrize("words", TOLD)
def test_the_page_tells_what_is_known(card: Card, words: str):
    assert words in Read(page(card)).text


@pytest.mark.parametrize("words", TOLD)
def test_the_markdown_tells_the_same(card: Card, words: str):
    rendered = MarkdownIt("commonmark").enable("table").render(markdown(card))

    assert words in Read(rendered).text


def test_the_page_shows_how_training_data_fell(card: Card):
    drawn = [attrs for tag, attrs in Read(page(card)).tags if tag == "svg"]

    assert "median 40, mostly 20 to 60" in [one.get("aria-label") for one in drawn]
    assert len([one for one in drawn if one["class"] == "bar"]) == 4


def test_markdown_shows_it_in_characters(card: Card):
    (line,) = [line for line in markdown(card).splitlines() if "`age`" in line]

    assert "▂▂▂███▅▅▅▂▂▂ median 40, mostly 20 to 60" in line


def test_a_package_without_evidence_says_so(package: Path):
    text = Read(page(Card.of(ModelPackage.read(package)))).text

    assert "Not recorded: the package came without evidence" in text
    assert "memory suggested" not in text


def test_the_page_loads_nothing_and_links_nowhere(card: Card):
    text = page(card)

    tags = Read(text).tags
    assert not {"href", "src", "srcset", "action"} & {key for _, a in tags for key in a}
    assert not {"script", "link", "img", "iframe", "base"} & {tag for tag, _ in tags}
    assert "url(" not in text
    assert "@import" not in text
    policies = [a.get("content") for _, a in tags if "http-equiv" in a]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_two_hundred_columns_and_a_hundred_classes_are_all_there(tmp_path: Path):
    columns = tuple(Column(f"column_{at}") for at in range(200))
    classes = tuple(f"class_{at}" for at in range(100))

    card = Card.of(described(tmp_path, columns=columns, classes=classes))

    for text in (page(card), markdown(card)):
        assert all(column.name in text for column in columns)
        assert all(name in text for name in classes)
    assert 'class="tall"' in page(card)


def test_a_profile_that_is_none_is_named(tmp_path: Path):
    package = described(tmp_path, profile={"rows": "many"})

    with pytest.raises(ManifestError, match=r"profile\.json is no profile"):
        Card.of(package)
