"""What a sampling profiler saw, added up by layer and by function."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

# A thread of a pool that waits for work counts as busy where native code waits for it.
_POOL = "_worker (/"
_WORK = "_WorkItem.run"
_OURS = "/model_image/server/"
_LAYERS = (
    ("onnxruntime", ("/onnxruntime/",)),
    ("numpy", ("/numpy/", "_multiarray_umath")),
    ("JSON (msgspec)", ("/msgspec/",)),
    ("parsing HTTP (httptools)", ("/httptools/", "llhttp")),
    ("uvicorn", ("/uvicorn/",)),
    ("Slipway's own code", (_OURS,)),
    ("raw ASGI's own code", ("/ceiling/",)),
    ("the kernel: sockets", ("write (", "read (", "epoll_", "writev (")),
    ("event loop (uvloop, asyncio)", ("uvloop", "/asyncio/", "uv__", "_asyncio")),
)
_OTHER = "the rest"


@dataclass(frozen=True)
class Stack:
    """Functions from the outermost to the one that ran, and how often it was seen."""

    frames: tuple[str, ...]
    count: int


def parse(text: str) -> list[Stack]:
    """The stacks of threads that worked."""
    stacks: list[Stack] = []
    for line in text.splitlines():
        frames, _, count = line.rpartition(" ")
        waits = _POOL in frames and _WORK not in frames
        if not waits:
            stacks.append(Stack(tuple(frames.split(";")), int(count)))
    return stacks


def by_layer(stacks: Iterable[Stack]) -> dict[str, float]:
    """Shares by who called last: C functions of Python count for their caller."""
    found: Counter[str] = Counter()
    for stack in stacks:
        found[_layer(stack)] += stack.count
    return {layer: count / found.total() for layer, count in found.most_common()}


def by_function(stacks: Iterable[Stack]) -> list[tuple[str, float, float]]:
    """Our functions: their share without and with what they call, largest first."""
    itself: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    total = 0
    for stack in stacks:
        ours = [_function(frame) for frame in stack.frames if _OURS in frame]
        total += stack.count
        if ours and _layer(stack) == "Slipway's own code":
            itself[ours[-1]] += stack.count
        for function in set(ours):
            whole[function] += stack.count
    return [
        (function, itself[function] / total, count / total)
        for function, count in sorted(
            whole.items(), key=lambda one: (-itself[one[0]], -one[1])
        )
    ]


def _layer(stack: Stack) -> str:
    for frame in reversed(stack.frames):
        for layer, marks in _LAYERS:
            if any(mark in frame for mark in marks):
                return layer
    return _OTHER


def _function(frame: str) -> str:
    """`function (file)`, without its folder and line."""
    name, _, place = frame.partition(" (")
    file = PurePath(place.rstrip(")").rpartition(":")[0])
    return f"{name} ({file.name})"
