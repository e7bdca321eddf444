"""A program writes its own place in a document and nothing else of it."""

import pytest

from tests.benchmarks.markdown import DocumentError, table, write


def test_only_what_is_between_the_marks_changes(tmp_path):
    document = tmp_path / "serving.md"
    document.write_text("before\n<!-- speed -->\nold\n<!-- end of speed -->\nafter\n")

    write(document, "speed", "new")

    assert document.read_text() == (
        "before\n<!-- speed -->\nnew\n<!-- end of speed -->\nafter\n"
    )


def test_a_document_without_the_place_is_left_alone(tmp_path):
    document = tmp_path / "serving.md"
    document.write_text("<!-- speed -->\nold\n")

    with pytest.raises(DocumentError, match=r"serving\.md has no place"):
        write(document, "speed", "new")

    assert document.read_text() == "<!-- speed -->\nold\n"


def test_figures_stand_to_the_right():
    assert table(["server", "rate"], [["Slipway", "9,000"]]).splitlines() == [
        "| server | rate |",
        "| --- | ---: |",
        "| Slipway | 9,000 |",
    ]
