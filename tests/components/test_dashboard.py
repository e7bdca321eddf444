"""The dashboard follows the model: what it shows comes from the manifest."""

import json

import msgspec
import pytest

from components.dashboard import dashboard, queries
from model_image.server.manifest import Column, Input, Manifest, read_manifest
from tests.estate import ROOT


@pytest.fixture(scope="module")
def wine() -> Manifest:
    return read_manifest(ROOT / "model_image/example/package")


def rows(manifest: Manifest) -> list[str]:
    panels = dashboard(manifest)["panels"]
    return [each["title"] for each in panels if each["type"] == "row"]


def with_columns(manifest: Manifest, *names: str) -> Manifest:
    columns = tuple(Column(name) for name in names)
    input = Input("x", "FP32", (-1, len(names)), columns)
    return msgspec.structs.replace(manifest, inputs=(input,))


def test_every_feature_and_output_has_a_row(wine: Manifest):
    titles = rows(wine)

    assert "Feature alcohol" in titles
    assert len([one for one in titles if one.startswith("Feature ")]) == 13
    assert "Output label" in titles
    assert "Output class_1" in titles


def test_a_new_feature_needs_no_code(wine: Manifest):
    more = with_columns(wine, "alcohol", "colour")

    assert "Feature colour" in rows(more)
    assert any('feature="colour"' in asked for _, asked in queries(dashboard(more)))


def test_a_renamed_model_is_another_dashboard(wine: Manifest):
    other = dashboard(msgspec.structs.replace(wine, name="beer"))

    assert other["uid"] == "slipway-beer"
    assert 'name="beer"' in json.dumps(other["templating"]).replace("\\", "")


def test_a_thousand_features_are_not_a_thousand_rows(wine: Manifest):
    many = with_columns(wine, *[f"f{number}" for number in range(1000)])

    features = [one for one in rows(many) if one.startswith("Feature ")]
    assert len(features) == 24
    assert any("topk" in asked for _, asked in queries(dashboard(many)))


def test_a_name_with_quotes_stays_a_name(wine: Manifest):
    odd = dashboard(with_columns(wine, 'a "b" \\ c'))

    assert any(r'feature="a \"b\" \\ c"' in asked for _, asked in queries(odd))


def test_panels_do_not_lie_on_one_another(wine: Manifest):
    taken: set[tuple[int, int]] = set()
    for panel in dashboard(wine)["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not taken & cells
        taken |= cells


def test_a_change_of_version_is_marked(wine: Manifest):
    (mark,) = dashboard(wine)["annotations"]["list"]

    assert "unless on (version)" in mark["expr"]
    assert mark["titleFormat"] == "version {{version}}"


def test_it_can_be_imported_as_it_is(wine: Manifest):
    """It is plain JSON, with ids that nobody has to fill in."""
    text = json.dumps(dashboard(wine))

    assert json.loads(text)["panels"][0]["id"] == 1
    assert "${DS_" not in text
