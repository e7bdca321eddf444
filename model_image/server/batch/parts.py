"""
What is done of a job, a file per chunk: the reason why no row is scored twice.

A part is there whole or not at all, on a disk and in a bucket alike, so the list of
files is the whole state of a job that was cut off.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .places import Place

_REJECTS = "_rejects"
_RECORD = re.compile(r"_job(-\d+-of-\d+)?\.json")


@dataclass(frozen=True)
class Parts:
    """The parts of one shard, in a folder that other shards may share."""

    folder: Place
    suffix: str
    shard: tuple[int, int]

    @property
    def record(self) -> Place:
        """Where the job is written down."""
        return self.folder.child(f"_job{self._own}.json")

    def records(self) -> list[Place]:
        """The records of all shards that share the folder."""
        found = sorted(name for name in self.folder.names() if _RECORD.fullmatch(name))
        return [self.folder.child(name) for name in found]

    @property
    def lock(self) -> Place:
        return self.folder.child(f"_lock{self._own}")

    def takes(self, index: int) -> bool:
        """Whether this shard scores that chunk: each is taken by exactly one shard."""
        mine, count = self.shard
        return index % count == mine

    def done(self) -> list[int]:
        """The chunks that are here, in order."""
        names = self.folder.names()
        numbers = (self._number(name) for name in names)
        return sorted(one for one in numbers if one is not None and self.takes(one))

    def write(self, index: int, part: bytes, rejects: bytes) -> None:
        """Keep a chunk; the part comes last, for it is what says that this is done."""
        if rejects:
            self._rejects(index).write(rejects)
        self.folder.child(self._name(index)).write(part)

    def read(self) -> Iterator[bytes]:
        """The parts in order."""
        for index in self.done():
            yield self.folder.child(self._name(index)).read()

    @property
    def rejects_folder(self) -> Place:
        return self.folder.child(_REJECTS)

    def rejects(self) -> Iterator[bytes]:
        """The rejects of the chunks that have any, in order."""
        names = self.folder.names()
        for index in self.done():
            if f"{_REJECTS}/{self._stem(index)}.jsonl" in names:
                yield self._rejects(index).read()

    def clear(self) -> None:
        """Forget what this shard has done."""
        for index in self.done():
            self.folder.child(self._name(index)).remove()
            self._rejects(index).remove()
        self.record.remove()

    def _rejects(self, index: int) -> Place:
        return self.rejects_folder.child(f"{self._stem(index)}.jsonl")

    def _name(self, index: int) -> str:
        return f"{self._stem(index)}.{self.suffix}"

    def _stem(self, index: int) -> str:
        return f"part-{index:08}"

    def _number(self, name: str) -> int | None:
        number = name.removeprefix("part-").removesuffix(f".{self.suffix}")
        if number.isdecimal() and name == self._name(int(number)):
            return int(number)
        return None

    @property
    def _own(self) -> str:
        mine, count = self.shard
        return f"-{mine}-of-{count}" if count > 1 else ""
