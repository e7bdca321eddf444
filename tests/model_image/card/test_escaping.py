"""Nothing that a stranger wrote becomes markup, of a page or of Markdown."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from model_image.card import Card, markdown, page
from model_image.package import ModelPackage
from model_image.server.manifest import Column
from tests.model_image.card.packages import EVIDENCE, described
from tests.model_image.card.reading import Read


def structure(text: str) -> list[str]:
    return [tag for tag, _ in Read(text).tags]


def kinds(text: str) -> list[str]:
    """What a Markdown reader makes of a card, inner parts included."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    inner = [child for token in tokens for child in token.children or []]
    return [token.type for token in (*tokens, *inner) if token.type != "text"]


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "' onload='x",
    '"><svg/onload=x>',
    "</style></title><b>",
    "[x](javascript:alert(1))",
    "![x](http://evil/x.png)",
    "a|b\\|c`d``e",
    "# heading",
    "```\n\n# out",
    "1. one",
    "- x",
    "--> <!-- --",
    "&lt;b&gt; &#60;b&#62;",
    "{{ 7 * 7 }} {% raw %}",
    "**bold** __bold__ ~~gone~~ $x$",
    "<http://evil>",
    "\u202ereversed\x00\x1b[31m",
    "\\",
    "`",
)
names = st.sampled_from(HOSTILE) | st.text(min_size=1, max_size=40).filter(
    lambda text: bool(text.strip()) and text.isprintable()
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=40,
)
@given(name=names, other=names, text=names)
def test_no_name_or_text_can_become_markup(
    tmp_path: Path, name: str, other: str, text: str
):
    tame = Card.of(_said(tmp_path / "tame", "name", "other", "text"))
    card = Card.of(_said(tmp_path / "wild", name, f"{other}.", text))

    assert structure(page(card)) == structure(page(tame))
    assert sorted(kinds(markdown(card))) == sorted(kinds(markdown(tame)))


def _said(folder: Path, name: str, other: str, text: str) -> ModelPackage:
    """A package in which strangers' words stand wherever they can."""
    seen = {"kind": "categories", "values": {name: 3, f"{other}-": 1}}
    wide = {"kind": "distribution", "edges": [1, 2], "counts": [1, 2, 3], "missing": 1}
    origin = {
        "files": {name: other},
        "format": text,
        "libraries": {name: other},
        "packed": text,
    }
    return described(
        folder,
        columns=(Column(name, categories=(other, name)), Column(f"{other}+")),
        classes=(name, f"{other}*"),
        profile={
            "rows": 4,
            "inputs": {name: seen, f"{other}+": wide},
            "outputs": {"label": seen, f"probabilities.{name}": wide},
        },
        evidence={
            **EVIDENCE,
            "metrics": {name: 1.0},
            "notes": [text],
            "origin": origin,
            "parity": EVIDENCE["parity"] | {"where": text},
        },
        description=text,
        owner=text,
    )


def test_what_cannot_be_seen_is_shown_as_such(tmp_path: Path):
    card = Card.of(described(tmp_path, owner="\u202elive\x00"))

    for text in (page(card), markdown(card)):
        assert "�live�" in text
