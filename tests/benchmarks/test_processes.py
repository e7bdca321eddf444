"""All processes of a server are seen, whatever they did to their session."""

import subprocess
import sys
import time

from tests.benchmarks.processes import (
    kill,
    left_after,
    proportional_mb,
    resident_mb,
    tree,
)

PARENT = """
import subprocess, sys, time
words = [sys.executable, "-c", "import time; time.sleep(60)"]
child = subprocess.Popen(words, start_new_session=True)
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_child_with_a_session_of_its_own_is_still_of_the_tree_and_can_be_left():
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, start_new_session=True
    ) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        members = tree(parent.pid)
        memory = proportional_mb(members), resident_mb(members)
        parent.kill()
        parent.wait()
        left = left_after(members, 0.2)
        kill(left)

        assert {one.pid for one in members} == {parent.pid, child}
        assert 0 < memory[0] <= memory[1]
        assert [one.pid for one in left] == [child]
        assert left_after(left, 10) == []


def test_what_ends_in_time_is_not_left():
    with subprocess.Popen(["sleep", "0.2"], start_new_session=True) as process:
        members = tree(process.pid)
        begun = time.monotonic()

        assert left_after(members, 20) == []
        assert time.monotonic() - begun < 15
