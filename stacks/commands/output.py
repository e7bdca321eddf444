"""A file that a command writes where it was told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stacks.releases.lock import Refused


def write(output: Path, text: str) -> None:
    """Whole or not at all; raises Refused in one sentence."""
    unfinished = output.with_name(f".{output.name}.unfinished")
    with one_sentence(output):
        unfinished.write_text(text)
        unfinished.replace(output)


@contextmanager
def one_sentence(output: Path) -> Iterator[None]:
    """What keeps the file from being read or written, told with a way out."""
    try:
        yield
    except OSError as error:
        raise Refused(
            f"{output} cannot be written ({error.strerror}); name another file with "
            "--output"
        ) from None
