"""What the command line says, checked before anything is opened."""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from .errors import UsageError

FORMATS = ("csv", "jsonl", "parquet")
PIPE = "-"
_SUFFIXES = {"ndjson": "jsonl", "pq": "parquet"} | {name: name for name in FORMATS}


@dataclass(frozen=True)
class Options:
    """One job; the formats are settled, `rows` and `rejects` may be left open."""

    input: str
    output: str
    input_format: str
    output_format: str
    rejects: str
    shard: tuple[int, int]
    rows: int
    keep: tuple[str, ...]
    strict: bool

    @property
    def folder(self) -> bool:
        """Whether the output stays in parts."""
        return self.output.endswith("/")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see `batch --help`")


def expanded(argument: str, env: Mapping[str, str]) -> str:
    """
    `$(NAME)` as the environment has it, where it has it.

    Kubernetes does so itself; elsewhere only here can a run or a shard be told.
    """
    return re.sub(r"\$\((\w+)\)", lambda one: env.get(one[1], one[0]), argument)


def read_options(arguments: Sequence[str]) -> Options:
    """The options in these arguments; UsageError, one sentence, where they are none."""
    given = _parser().parse_args(arguments)
    input_format = given.format or _by_suffix(given.input)
    if not input_format:
        raise UsageError(
            f"INPUT {given.input!r} does not say its format; add --format, one of "
            f"{', '.join(FORMATS)}"
        )
    if given.input == PIPE and input_format == "parquet":
        raise UsageError(
            "Parquet cannot be read from standard input, for its index is at the end; "
            "name a file"
        )
    options = Options(
        input=given.input,
        output=given.output,
        input_format=input_format,
        output_format=given.to or _by_suffix(given.output) or input_format,
        rejects=given.rejects,
        shard=given.shard,
        rows=given.rows,
        keep=tuple(given.keep),
        strict=given.strict,
    )
    if options.input == PIPE and options.shard != (0, 1):
        raise UsageError(
            "standard input is read once and cannot be shared; drop --shard, or name a "
            "file"
        )
    if options.folder and options.rejects:
        raise UsageError(
            f"OUTPUT {options.output!r} is a folder, which keeps its rejects in "
            "_rejects/; drop --rejects, or name a file"
        )
    return options


def _parser() -> _Parser:
    parser = _Parser(
        "batch",
        description="Score the rows of INPUT with the model, into OUTPUT.",
        epilog="Exit: 0 done, 1 not done (the same command goes on from where it was), "
        "2 usage, 3 done but --strict, or every row was rejected.",
    )
    add = parser.add_argument
    formats = ", ".join(FORMATS)
    add("input", metavar="INPUT", help="path, s3://, gs:// or az:// address, - (stdin)")
    add("output", metavar="OUTPUT", help="the same; a folder of parts if it ends in /")
    add("--format", choices=FORMATS, help=f"INPUT's: {formats}; else by its suffix")
    add("--to", choices=FORMATS, help="OUTPUT's; else by its suffix, else as INPUT")
    add("--rejects", metavar="PATH", default="", help="else OUTPUT.rejects.jsonl")
    add("--shard", metavar="I/N", type=_shard, default=(0, 1), help="from 0/N up")
    add("--rows", metavar="ROWS", type=_count, default=0, help="of one chunk")
    add("--keep", metavar="COLUMN", action="append", default=[], help="else all")
    add("--strict", action="store_true", help="exit with 3 if a row was rejected")
    return parser


def _by_suffix(path: str) -> str:
    return _SUFFIXES.get(path.rpartition("/")[2].rpartition(".")[2].lower(), "")


def _shard(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    if not found or int(found[1]) >= int(found[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is none of 0/N, 1/N up to N-1/N")
    return int(found[1]), int(found[2])


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000_000:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no whole number from 1 to 10000000"
        )
    return int(text)
