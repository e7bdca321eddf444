"""The tables say what was measured, and claim no more than the noise allows."""

from tests.benchmarks.figures import Figures, Spread
from tests.benchmarks.measured import measured, visited
from tests.benchmarks.speed_tables import claims, detail, summary

SESSIONS = {"linear": Spread((10.0,))}


def test_stock_and_onnx_stand_side_by_side(tmp_path):
    figures = measured(
        tmp_path, slipway=[9000] * 3, kserve_stock=[800] * 3, kserve_onnx=[900] * 3
    )

    lines = summary(figures, ["linear"]).splitlines()

    assert lines[0] == "| server | linear, stock | linear, ONNX |"
    assert "| Slipway | - | 9,000 ±0% |" in lines
    assert "| KServe | 800 ±0% | 900 ±0% |" in lines


def test_the_fastest_server_comes_first(tmp_path):
    figures = measured(tmp_path, kserve_onnx=[900] * 3, slipway=[9000] * 3)

    lines = detail(figures, "linear").splitlines()

    assert lines[2].startswith("| Slipway |")
    assert lines[3].startswith("| KServe, ONNX |")


def test_requests_that_failed_are_told_beside_the_rate():
    visits = [visited("slipway", number, 9000, failed=2) for number in (1, 2, 3)]
    figures = Figures(visits, SESSIONS)

    assert "8,998 ±0%, 6 failed" in detail(figures, "linear")


def test_a_server_that_fell_behind_the_steady_rate_is_told():
    visits = [visited("slipway", 1, 9000), visited("slipway", 2, 9000, steady=False)]
    figures = Figures(visits, SESSIONS)

    assert "| not kept up | - |" in detail(figures, "linear")


def test_a_claim_names_the_best_peer_and_the_range_of_the_rounds(tmp_path):
    figures = measured(
        tmp_path,
        slipway=[8000, 9000, 10_000],
        ceiling=[10_000] * 3,
        fastapi_onnx=[4500] * 3,
        kserve_onnx=[900] * 3,
        mlserver_onnx=[1000, 1000, 2000],
    )

    (claim,) = claims(figures, ["linear"])

    assert "0.90 of the ceiling (0.80 to 1.00)" in claim
    assert "2.0 times FastAPI, ONNX (1.8 to 2.2)" in claim
    assert "9.0 times MLServer, ONNX (4.0 to 10.0), the best peer with ONNX" in claim
