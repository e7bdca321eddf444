"""A run that was cut short goes on where it stopped."""

from tests.benchmarks.measured import visited
from tests.benchmarks.records import Records, Session


def test_what_was_measured_is_there_when_the_file_is_read_again(tmp_path):
    records = Records(tmp_path / "records.jsonl")
    records.add(visited("slipway", 1, 9000))
    records.add(Session("linear", 1, 10.5))

    again = Records(tmp_path / "records.jsonl")

    assert again.visits == [visited("slipway", 1, 9000)]
    assert again.has_visit("slipway", "linear", 1)
    assert not again.has_visit("slipway", "linear", 2)
    assert again.has_session("linear", 1)
    assert not again.has_session("net", 1)


def test_a_line_that_a_kill_cut_short_is_measured_again(tmp_path):
    file = tmp_path / "records.jsonl"
    Records(file).add(visited("slipway", 1, 9000))
    Records(file).add(visited("slipway", 2, 9000))
    file.write_bytes(file.read_bytes()[:-20])

    records = Records(file)
    records.add(visited("slipway", 2, 8000))

    assert Records(file).visits == [
        visited("slipway", 1, 9000),
        visited("slipway", 2, 8000),
    ]


def test_forgetting_a_server_keeps_the_others(tmp_path):
    records = Records(tmp_path / "records.jsonl")
    records.add(visited("slipway", 1, 9000))
    records.add(visited("kserve-onnx", 1, 900))

    records.forget(["slipway"])

    assert [one.server for one in records.visits] == ["kserve-onnx"]
    assert Records(tmp_path / "records.jsonl").visits == records.visits
