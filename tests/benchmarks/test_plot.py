"""The picture is SVG that tells each server's rate, the same bytes each time."""

from xml.etree import ElementTree

from tests.benchmarks.measured import measured
from tests.benchmarks.plot import plot

SVG = "{http://www.w3.org/2000/svg}"


def test_a_bar_is_as_long_as_its_rate(tmp_path):
    figures = measured(tmp_path, slipway=[8000] * 3, kserve_onnx=[1000] * 3)

    picture = ElementTree.fromstring(plot(figures, ["linear"]))

    ours, theirs = (
        float(
            picture.findall(f"{SVG}rect[@class='{kind}'][@height='15']")[0].attrib[
                "width"
            ]
        )
        for kind in ("ours", "onnx")
    )
    assert ours == 8 * theirs


def test_the_same_figures_give_the_same_picture(tmp_path):
    figures = measured(tmp_path, slipway=[8000] * 3, kserve_onnx=[1000] * 3)

    assert plot(figures, ["linear"]) == plot(figures, ["linear"])


def test_it_has_colours_for_dark_pages(tmp_path):
    figures = measured(tmp_path, slipway=[8000] * 3)

    assert "prefers-color-scheme: dark" in plot(figures, ["linear"])
