"""How two versions' answers differ: how many, how much, and where."""

from typing import Any

from model_image.convert.answer import Answers
from model_image.disagreement import Disagreement, disagreement
from model_image.rows import Sample


def said(*answers: dict[str, Any] | None) -> Answers:
    given = {at: answer for at, answer in enumerate(answers) if answer is not None}
    refused = {at: "no" for at, answer in enumerate(answers) if answer is None}
    return Answers(given, refused)


def between(old: Answers, new: Answers, step: int = 1) -> Disagreement:
    rows = [{} for _ in old.given | old.refused]
    return disagreement(Sample(rows, "somewhere", step), old, new)


def test_equal_answers_do_not_differ():
    same = said({"label": "yes", "p": {"yes": 0.75}})

    label, p = between(same, same).outputs

    assert (label.differing, label.where) == (0, "")
    assert (p.differing, p.largest, p.where) == (0, 0.0, "")


def test_labels_that_differ_are_counted_and_the_first_is_shown():
    old = said({"label": "yes"}, {"label": "no"}, {"label": "yes"})
    new = said({"label": "yes"}, {"label": "yes"}, {"label": "no"})

    (label,) = between(old, new).outputs

    assert label.differing == 2
    assert label.largest is None
    assert label.where == "row 1, label: 'no' became 'yes'"


def test_the_largest_difference_of_numbers_is_placed():
    old = said({"p": {"no": 0.5, "yes": 0.5}}, {"p": {"no": 0.25, "yes": 0.75}})
    new = said({"p": {"no": 0.4, "yes": 0.6}}, {"p": {"no": 0.25, "yes": 0.0}})

    (p,) = between(old, new).outputs

    assert p.differing == 2
    assert p.largest == 0.75
    assert p.where == "row 1, p.yes: 0.75 became 0"


def test_rounding_is_a_difference_but_not_another_answer():
    (p,) = between(said({"p": 0.5}), said({"p": 0.500001})).outputs

    assert p.differing == 0
    assert p.largest
    assert p.where == "row 0, p: 0.5 became 0.500001"


def test_lists_are_compared_place_by_place():
    (p,) = between(said({"p": [[1, 2], [3, 4]]}), said({"p": [[1, 2], [3, 9]]})).outputs

    assert p.where == "row 0, p[1][1]: 4 became 9"


def test_a_number_that_became_a_name_differs():
    (label,) = between(said({"label": 1}), said({"label": "yes"})).outputs

    assert (label.differing, label.largest) == (1, None)


def test_rows_are_numbered_as_in_their_source():
    old, new = said({"p": 0}, {"p": 0}), said({"p": 0}, {"p": 1})

    (p,) = between(old, new, step=5).outputs

    assert p.where.startswith("row 5, ")


def test_refusals_are_counted_and_not_compared():
    found = between(said({"p": 1}, None, {"p": 1}), said({"p": 1}, {"p": 2}, None))

    assert (found.rows, found.compared) == (3, 1)
    assert (found.refused_by_old, found.refused_by_new) == (1, 1)
    assert found.first_refusals == ("the old one: no", "the new one: no")
    assert found.outputs[0].differing == 0


def test_only_outputs_of_both_are_compared():
    found = between(said({"p": 1, "q": 1}), said({"p": 1, "r": 1}))

    assert [gap.output for gap in found.outputs] == ["p"]


def test_an_output_without_a_name_in_common_says_so():
    (p,) = between(said({"p": {"0": 1.0}}), said({"p": {"no": 1.0}})).outputs

    assert p.where == "no value has the same name in both"


def test_where_all_is_refused_nothing_is_compared():
    assert between(said(None), said({"p": 1})).outputs == ()
