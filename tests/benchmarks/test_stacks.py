"""What a profiler saw is counted for whoever called last."""

import pytest

from tests.benchmarks.stacks import by_function, by_layer, parse

ANSWER = "answer (/r/model_image/server/routes.py:9)"
ARRAY = "array (/r/model_image/server/values.py:7)"
SEEN = f"""\
main (/r/run.py:1);{ANSWER};run (/s/onnxruntime/session.py:2) 50
main (/r/run.py:1);{ANSWER};{ARRAY};PyList_Size (listobject.c:3) 30
main (/r/run.py:1);{ANSWER} 10
main (/r/run.py:1);write (libc.so.6) 10
_worker (/p/thread.py:5);_get (queue.c:1);futex (libc.so.6) 900
_worker (/p/thread.py:5);_WorkItem.run (/p/thread.py:3);{ANSWER};{ARRAY} 100
"""


def test_threads_that_wait_for_work_do_not_count():
    assert sum(stack.count for stack in parse(SEEN)) == 200


def test_a_layer_is_the_last_that_is_known():
    layers = by_layer(parse(SEEN))

    assert layers["onnxruntime"] == pytest.approx(0.25)
    assert layers["Slipway's own code"] == pytest.approx(0.7)
    assert layers["the kernel: sockets"] == pytest.approx(0.05)


def test_our_functions_are_told_without_and_with_what_they_call():
    functions = {name: shares for name, *shares in by_function(parse(SEEN))}

    assert functions["array (values.py)"] == pytest.approx([0.65, 0.65])
    assert functions["answer (routes.py)"] == pytest.approx([0.05, 0.95])
