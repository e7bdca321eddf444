"""What a job says: lines for a log, one line for a person."""

import io
import json

import pytest

from model_image.server.batch.report import Report


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def seconds() -> list[float]:
    """What the clock shows."""
    return [100.0]


def test_a_log_has_a_line_every_ten_seconds(seconds: list[float]):
    stream = io.StringIO()
    report = Report(stream, lambda: seconds[0])
    for _ in range(25):
        seconds[0] += 1
        report.add(1000, 2, 0.5)

    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    shown = [
        (line["rows"], line["rejected"], line["rows_per_second"], line["share"])
        for line in lines
    ]
    assert shown == [(10000, 20, 1000, 0.5), (20000, 40, 1000, 0.5)]


def test_a_person_sees_one_line_that_changes(seconds: list[float]):
    stream = Terminal()
    report = Report(stream, lambda: seconds[0])
    for _ in range(2):
        seconds[0] += 2
        report.add(1000, 0, 0.25)
    report.end("out.csv", 2000, 3, "bad.jsonl")

    assert stream.getvalue() == (
        "\r\x1b[K1,000 rows, 500 rows/s, 25%"
        "\r\x1b[K2,000 rows, 500 rows/s, 25%\n"
        "out.csv: 2,000 rows in 4.0 s, 500 rows/s, 3 of them rejected: see bad.jsonl\n"
    )


def test_rows_of_an_earlier_run_count_for_the_total_and_not_for_the_rate(
    seconds: list[float],
):
    stream = io.StringIO()
    report = Report(stream, lambda: seconds[0])
    report.skip(5000)
    seconds[0] += 10
    report.add(1000, 0, None)

    assert report.total == 6000
    assert json.loads(stream.getvalue())["rows_per_second"] == 100


def test_an_error_is_a_sentence(seconds: list[float]):
    stream = Terminal()
    Report(stream, lambda: seconds[0]).fail("failed", "no such file; mend it")

    assert stream.getvalue() == "failed: no such file; mend it\n"
