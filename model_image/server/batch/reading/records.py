"""Lines joined into records, for a quoted cell of CSV may hold line ends."""

import re
from collections import deque
from collections.abc import Iterable, Iterator

_LONGEST = 1000
"""Lines of one record; a quote that is never closed must not swallow the file."""

_QUOTED = re.compile(rb'(^|,)"(?:[^"]|"")*"(?!")')
_OPENING = re.compile(rb'(?:^|,)"')


def records(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The records in these lines; blank lines are none."""
    coming = iter(lines)
    returned: deque[bytes] = deque()
    while line := returned.popleft() if returned else next(coming, b""):
        if is_open(line):
            taken = _until_closed(line, returned, coming)
            line = b"".join(taken)
        if line not in (b"\n", b"\r\n"):
            yield line


def is_open(record: bytes) -> bool:
    """Whether a quoted cell begins here and does not end."""
    if record.count(b'"') % 2 == 0:
        return False
    return _OPENING.search(_QUOTED.sub(rb"\1", record)) is not None


def _until_closed(
    line: bytes, returned: deque[bytes], coming: Iterator[bytes]
) -> list[bytes]:
    """The lines of a record; only the first where no end is found, the rest go back."""
    taken = [line]
    while len(taken) < _LONGEST:
        more = returned.popleft() if returned else next(coming, b"")
        if not more:
            break
        taken.append(more)
        if more.count(b'"') % 2:
            return taken
    returned.extendleft(reversed(taken[1:]))
    return [line]
