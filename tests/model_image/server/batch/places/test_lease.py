"""Who is at work in a bucket."""

import threading
import time

import pytest

from model_image.server.batch.errors import BatchError
from model_image.server.batch.places.lease import Lease

BEAT = 0.05


class Cell:
    """A place for one object, as a bucket has them."""

    address = "s3://bucket/out/_lock"

    def __init__(self, held: bytes = b"") -> None:
        self.content = held

    def version(self) -> str:
        return self.content.decode()

    def read(self) -> bytes:
        return self.content

    def write(self, content: bytes) -> None:
        self.content = content

    def remove(self) -> None:
        self.content = b""


def test_a_lease_is_renewed_and_given_back():
    cell = Cell()

    with Lease(cell, BEAT).held():
        before = cell.content
        time.sleep(10 * BEAT)
        assert before != cell.content

    assert cell.content == b""


def test_what_is_renewed_is_not_taken():
    cell = Cell()

    with (
        Lease(cell, BEAT).held(),
        pytest.raises(BatchError, match="at work in s3://bucket/out"),
    ):
        Lease(cell, 10 * BEAT).held().__enter__()


def test_what_a_killed_process_left_is_taken_over():
    cell = Cell(b"dead 3")

    with Lease(cell, BEAT).held():
        assert not cell.content.startswith(b"dead")


def test_of_two_that_come_at_once_one_goes_on():
    cell = Cell()
    both = threading.Barrier(2)
    went: list[str] = []

    def come(name: str) -> None:
        both.wait()
        try:
            with Lease(cell, 0.2, name).held():
                went.append(name)
                time.sleep(1)
        except BatchError:
            pass

    threads = [threading.Thread(target=come, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(went) == 1


def test_a_failing_renewal_does_not_end_the_work():
    cell = Cell()

    with Lease(cell, BEAT, "mine").held():
        cell.write = lambda content: (_ for _ in ()).throw(BatchError("away"))  # type: ignore[method-assign]
        time.sleep(4 * BEAT)
        del cell.write
        time.sleep(4 * BEAT)
        assert cell.content.startswith(b"mine")
