"""What was measured so far, a line for each visit, so that a run can be cut short."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from model_image import cache

from .visit import Visit


class Session(msgspec.Struct, frozen=True, tag="session"):
    """The bare session of a model in one round."""

    model: str
    round: int
    microseconds: float


class Visited(msgspec.Struct, frozen=True, tag="visit"):
    """A visit, as it stands in the file."""

    visit: Visit


_DECODER = msgspec.json.Decoder(Session | Visited)


class Records:
    """The lines of one file; each is there whole or not at all."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.sessions: list[Session] = []
        self.visits: list[Visit] = []
        for line in _lines(file):
            self._keep(_DECODER.decode(line))

    def add(self, record: Session | Visit) -> None:
        """Write it down."""
        line = Visited(record) if isinstance(record, Visit) else record
        with self._file.open("ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")
        self._keep(line)

    def has_session(self, model: str, number: int) -> bool:
        """Whether the bare session was timed in this round."""
        return any((one.model, one.round) == (model, number) for one in self.sessions)

    def has_visit(self, server: str, model: str, number: int) -> bool:
        """Whether the server was visited in this round."""
        asked = (server, model, number)
        return any((one.server, one.model, one.round) == asked for one in self.visits)

    def forget(self, servers: Iterable[str]) -> None:
        """Measure these servers, and the bare sessions, anew."""
        forgotten = set(servers)
        kept = [Visited(one) for one in self.visits if one.server not in forgotten]
        made = self._file.with_suffix(".new")
        made.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in kept))
        made.replace(self._file)
        self.__init__(self._file)

    def _keep(self, line: Session | Visited) -> None:
        if isinstance(line, Session):
            self.sessions.append(line)
        else:
            self.visits.append(line.visit)


def records() -> Records:
    """Those of this machine."""
    return Records(cache.folder("benchmarks") / "serving.jsonl")


def _lines(file: Path) -> list[bytes]:
    """The whole lines; one that a kill cut short is not there."""
    if not file.exists():
        return []
    whole = file.read_bytes().rpartition(b"\n")[0]
    if len(whole) + 1 != file.stat().st_size:
        file.write_bytes(whole + b"\n" if whole else b"")
    return whole.splitlines()
