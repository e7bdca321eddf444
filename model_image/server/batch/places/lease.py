"""Who is at work in a bucket, which knows no locks: a name that is renewed."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Protocol

from ..errors import BatchError


class Held(Protocol):
    """What a lease needs of the place where it is."""

    @property
    def address(self) -> str: ...

    def version(self) -> str: ...

    def read(self) -> bytes: ...

    def write(self, content: bytes) -> None: ...

    def remove(self) -> None: ...


@dataclass(frozen=True)
class Lease:
    """
    An object that its owner renews; one that is not renewed has no owner any more.

    No clock but one's own is asked. Two runs of one job write the same bytes, so that
    a lease which fails for once costs work, not truth.
    """

    place: Held
    beat: float
    """Seconds between two renewals."""
    name: str = field(default_factory=lambda: uuid.uuid4().hex)

    @contextmanager
    def held(self) -> Iterator[None]:
        """BatchError if it is another's, found out by waiting for its next beat."""
        if self.place.version():
            before = self.place.read()
            time.sleep(2 * self.beat)
            if self.place.version() and self.place.read() != before:
                raise self._taken()
        self._renew(0)
        time.sleep(min(self.beat, 1.0))
        if not self._is_mine():
            raise self._taken()
        ended = Event()
        beating = Thread(target=self._beat, args=(ended,), daemon=True)
        beating.start()
        try:
            yield
        finally:
            ended.set()
            beating.join()
            if self._is_mine():
                self.place.remove()

    def _beat(self, ended: Event) -> None:
        count = 0
        while not ended.wait(self.beat):
            count += 1
            # A beat that fails is made good by the next; the work itself will tell.
            try:
                self._renew(count)
            except BatchError:
                continue

    def _renew(self, count: int) -> None:
        self.place.write(f"{self.name} {count}".encode())

    def _is_mine(self) -> bool:
        held = self.place.read() if self.place.version() else b""
        return held.startswith(self.name.encode())

    def _taken(self) -> BatchError:
        folder = self.place.address.rpartition("/")[0]
        return BatchError(
            f"another process is at work in {folder}; wait for it, or name another "
            "output"
        )
