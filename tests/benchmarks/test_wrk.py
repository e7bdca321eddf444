"""The client's own words are read as they are meant."""

from tests.benchmarks.wrk import parse

PRINTED = """\
Running 1s test @ http://127.0.0.1:8080/predict
  9005 requests in 1.00s, 3.35MB read
{"requests": 9005, "seconds": 1.000500, "p50_ms": 1.5, "p99_ms": 4.25, "refused": 5, \
"broken": 2}
"""


def test_good_answers_a_second_are_those_that_were_not_refused():
    load = parse(PRINTED)

    assert round(load.rate) == 8996
    assert (load.p50_ms, load.p99_ms, load.broken) == (1.5, 4.25, 2)
