"""Whether what a model names may be named, and what to do where it may not."""

import logging
import shlex
import sys
from collections.abc import Iterable
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from model_image.errors import PackError
from model_image.scan.stream.values import Name
from model_image.server.allowed import permits, trusts

SCANNER = "picklescan"

_SHOWN = 8
# Where functions and classes live that were pickled by value, or in a notebook.
_OWN = frozenset(("__main__", "__mp_main__", "cloudpickle", "dill", "_dill"))
_LIBRARIES = (
    "joblib keras lightgbm numpy pandas scipy sklearn skops tensorflow torch xgboost"
)
_KNOWN = frozenset(_LIBRARIES.split()) | sys.stdlib_module_names | {"__builtin__"}

# It says what it finds; what it finds is in our own sentence.
logging.getLogger(SCANNER).addHandler(logging.NullHandler())
logging.getLogger(SCANNER).propagate = False


def scanner_version() -> str:
    """Which deny-list was asked."""
    return version(SCANNER)


def check_names(
    path: Path,
    names: Iterable[Name],
    *,
    trusted: frozenset[str],
    code: frozenset[str],
) -> tuple[str, ...]:
    """
    All names, sorted, where each is allowed or trusted; else PackError names the rest.

    The modules of the user's own `code` are trusted: it was named to be run. What the
    deny-list knows as dangerous takes trust in the very name: a pattern is
    not enough.
    """
    known = sorted(set(names))
    refused = [
        n
        for n in known
        if _top(n) not in code and not permits(n.module, n.name, trusted)
    ]
    if own := [] if code else [n for n in refused if _is_own(n)]:
        raise PackError(
            f"{path} names {shown(own)}, code of your own that only its source can "
            f"give; pack it with `{command(path)}`"
        )
    if inside := [n for n in refused if not n.name.isidentifier()]:
        raise PackError(
            f"{path} names {shown(inside)}, which reaches inside of something, as no "
            "saved model does and nobody can trust; save the model again"
        )
    if refused:
        raise PackError(_untrusted(path, refused, "no model of a known library needs"))
    dangerous = [n for n in _dangerous(known) if str(n) not in trusted]
    if dangerous:
        why = f"{SCANNER} {scanner_version()} knows as dangerous"
        raise PackError(_untrusted(path, dangerous, f"which {why}", exactly=True))
    return tuple(map(str, known))


def _is_own(name: Name) -> bool:
    """Whether nobody but the user has the code: no library known here, nor Python."""
    return _top(name) in _OWN or _top(name) not in _KNOWN


def _top(name: Name) -> str:
    return name.module.partition(".")[0]


def refuse_names(
    path: Path, names: Iterable[str], why: str, trusted: frozenset[str]
) -> tuple[str, ...]:
    """The names among these that the operator trusts; PackError for any other."""
    found = [Name(*name.rpartition(".")[::2]) for name in sorted(set(names))]
    if refused := [n for n in found if not trusts(trusted, n.module, n.name)]:
        raise PackError(_untrusted(path, refused, why))
    return tuple(map(str, found))


def shown(names: Iterable[Name]) -> str:
    """Names in a sentence: a few of them, whatever characters they are made of."""
    texts = [_plain(str(name)) for name in names]
    rest = len(texts) - _SHOWN
    return ", ".join(texts[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def command(path: Path) -> str:
    """How a model is packed together with code of one's own."""
    return (
        f"python -m model_image pack {shlex.quote(str(path))} --code DIR "
        "--entry module:Class --requirements requirements.txt"
    )


def _untrusted(
    path: Path, names: list[Name], why: str, *, exactly: bool = False
) -> str:
    first = _plain(str(names[0]))
    by_name = " by its full name" if exactly else ""
    return (
        f"{path} names {shown(names)}, which {why.removeprefix('which ')}; add "
        f"`--trust {first}` (one for each name) if you know who made the file and "
        f"trust that{by_name}"
    )


def _plain(text: str) -> str:
    return text if text.isprintable() and len(text) <= 120 else repr(text[:120])


def _dangerous(names: list[Name]) -> list[Name]:
    """
    What the kept deny-list says of these names.

    It is asked about a pickle that holds the names only: its own reading of a stream
    keeps every opcode in memory, and stops at the first raw array of joblib.
    """
    from picklescan.scanner import SafetyLevel, scan_pickle_bytes

    lines = [f"c{name.module}\n{name.name}\n0" for name in names if _is_plain(name)]
    listed = scan_pickle_bytes(BytesIO("".join([*lines, "N."]).encode()), "names")
    dangerous = {
        Name(each.module, each.name)
        for each in listed.globals
        if each.safety is SafetyLevel.Dangerous
    }
    return sorted(dangerous)


def _is_plain(name: Name) -> bool:
    return str(name).replace(".", "").isidentifier() and str(name).isascii()
