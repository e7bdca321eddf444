"""
A pickle followed to its end without being loaded: what it imports, and what it says.

Every step keeps the stack and the memo exactly as an unpickler would, so a name cannot
hide behind the order in which strings are pushed. What cannot be followed is refused.
"""

from collections.abc import Callable, Mapping
from typing import Any

from model_image.scan.stream.values import ARRAY, Name, Unfollowed, Wrapper

Buffer = Any
"""Bytes, or a file mapped into memory."""

_STOP = ord(".")
_BATCH = 1 << 12
_MOST_STEPS = 60_000_000
_MOST_MEMO = 5_000_000
_MOST_STACK = 2_000_000
_MOST_MARKS = 20_000
_MOST_NAMES = 5_000
_LONGEST_LINE = 4_096


class Machine:
    """
    The state of one unpickler; `names` and `versions` are shared by nested ones.

    `persistent` allows references to storages, as TorchScript has them.
    """

    def __init__(self, data: Buffer, *, steps: Mapping[int, "Step"]) -> None:
        self.data = data
        self.size = len(data)
        self.steps = steps
        self.names: set[Name] = set()
        self.versions: dict[str, str] = {}
        self.persistent = False
        self.protocol = 0
        self.depth = 0
        self._start(0)

    def _start(self, at: int) -> None:
        self.at = at
        self.stack: list[Any] = []
        self.marks: list[list[Any]] = []
        self.memo: list[Any] = []
        self.frame_end = 0

    def run(self, at: int = 0) -> int:
        """Follow the stream that starts here to its STOP; gives the place after it."""
        self._start(at)
        data, steps = self.data, self.steps
        try:
            for _ in range(_MOST_STEPS // _BATCH):
                for _ in range(_BATCH):
                    code = data[self.at]
                    self.at += 1
                    steps[code](self)
                    if code == _STOP:
                        return self._stopped()
                self._check_size()
        except KeyError:
            raise Unfollowed(f"byte {self.at - 1} is no opcode") from None
        except (IndexError, ValueError, RecursionError):
            raise Unfollowed(f"it ends or is damaged at byte {self.at}") from None
        raise Unfollowed(f"it has more than {_MOST_STEPS:,} steps")

    def nested(self, at: int) -> int:
        """Follow a pickle of its own inside this one; gives the place after it."""
        inner = Machine(self.data, steps=self.steps)
        inner.names, inner.versions = self.names, self.versions
        inner.depth = self.depth + 1
        return inner.run(at)

    def step(self) -> None:
        """Follow one opcode."""
        code = self.data[self.at]
        self.at += 1
        self.steps[code](self)

    def read(self, count: int) -> bytes:
        """The next bytes, all of them."""
        start = self.at
        self.skip(count)
        return self.data[start : self.at]

    def skip(self, count: int) -> None:
        """Pass over bytes that say nothing."""
        if self.at + count > self.size:
            raise IndexError
        self.at += count

    def number(self, size: int) -> int:
        """The next little-endian unsigned number."""
        return int.from_bytes(self.read(size), "little")

    def line(self) -> bytes:
        """The rest of the line without its end, or the beginning of a long one."""
        end = self.data.find(b"\n", self.at)
        if end < 0:
            raise IndexError
        start, self.at = self.at, end + 1
        return self.data[start : min(end, start + _LONGEST_LINE)]

    def frame(self, size: int) -> None:
        """Begin a frame; readers differ over one that begins or ends within another."""
        if self.at + size > self.size:
            raise IndexError
        if self.at < self.frame_end:
            raise Unfollowed(f"a frame begins within another at byte {self.at}")
        self.frame_end = self.at + size

    def mark(self) -> None:
        """Put what follows on a stack of its own."""
        self.marks.append(self.stack)
        self.stack = []

    def marked(self) -> list[Any]:
        """Everything since the last mark, which goes away."""
        items, self.stack = self.stack, self.marks.pop()
        return items

    def remember(self, index: int | None = None) -> None:
        """Keep the top of the stack in the memo, where every pickler puts it: next."""
        value = self.stack[-1]
        if index is None or index == len(self.memo):
            self.memo.append(value)
        elif 0 <= index < len(self.memo):
            self.memo[index] = value
        else:
            raise Unfollowed(f"its memo is out of order at byte {self.at}")

    def recall(self, index: int) -> None:
        """Push something out of the memo."""
        if index < 0:
            raise IndexError
        value = self.memo[index]
        if isinstance(value, Wrapper):
            raise Unfollowed(f"it uses half of an array at byte {self.at}")
        self.push(value)

    def push(self, value: Any) -> None:
        """Push a value that may be a name; joblib's own may only become an array."""
        if isinstance(value, Name) and value == ARRAY:
            # What joblib writes next: perhaps a memo, an empty tuple, the new object.
            end = self.at + {0x94: 1, 0x71: 2, 0x72: 5}.get(self.data[self.at], 0)
            if self.data[end : end + 2] != b")\x81":
                raise Unfollowed(f"it uses {ARRAY} for something else")
        self.stack.append(value)

    def name(self, module: Any, name: Any) -> None:
        """Push something imported; both parts must be known here and now."""
        if not isinstance(module, str) or not isinstance(name, str):
            raise Unfollowed(f"the name at byte {self.at} is made up while loading")
        found = Name(module, name)
        self.names.add(found)
        self.push(found)

    def _check_size(self) -> None:
        if len(self.memo) > _MOST_MEMO or len(self.names) > _MOST_NAMES:
            raise Unfollowed("it shares or names more than a model does")
        if len(self.marks) > _MOST_MARKS or len(self.stack) > _MOST_STACK:
            raise Unfollowed("it is nested deeper or wider than a model is")

    def _stopped(self) -> int:
        if not self.stack or self.at < self.frame_end:
            raise Unfollowed(f"it stops in the middle at byte {self.at}")
        return self.at


Step = Callable[[Machine], None]
"""What an opcode does."""
