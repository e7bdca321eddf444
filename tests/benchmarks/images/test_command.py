"""What a command says when it fails is told, but for the names of servers."""

import pytest

from tests.benchmarks.images.command import run, without_hosts
from tests.benchmarks.running import BenchmarkError


def test_the_name_of_a_package_index_is_left_out():
    said = "no match at https://user:secret@index.example:8443/simple/x, sorry"

    assert without_hosts(said) == "no match at https://…/simple/x, sorry"


def test_a_command_that_fails_is_told_with_its_last_words():
    with pytest.raises(BenchmarkError, match=r"`sh -c .*` failed: it broke"):
        run("sh", "-c", "echo it broke >&2; exit 3")
