"""What makes two runs the same job, kept beside what they wrote."""

import msgspec

from ..manifest import Manifest
from .errors import BatchError
from .options import PIPE, Options
from .places import Place


class Job(msgspec.Struct, frozen=True):
    """Everything that the bytes of an output follow from."""

    input: str
    input_version: str
    """Of the file, so that one that was changed is another job."""
    input_format: str
    output_format: str
    model: str
    model_version: str
    identity: str
    rows: int
    keep: tuple[str, ...]
    shards: int
    shard: int

    @property
    def resumable(self) -> bool:
        """What came through a pipe cannot be read again."""
        return self.input != PIPE


class Outcome(msgspec.Struct, frozen=True):
    """A job, with what came of it once that is known."""

    job: Job
    rows: int | None = None
    rejected: int | None = None
    rejects: str = ""
    """Where those rows are."""

    @property
    def done(self) -> bool:
        return self.rows is not None


_SHOWN = {
    "input": "input",
    "input_version": "content of the input",
    "input_format": "format of the input",
    "output_format": "format of the output",
    "model": "model",
    "model_version": "version of the model",
    "identity": "identity of the model",
    "rows": "rows of a chunk",
    "keep": "columns to keep",
    "shards": "number of shards",
}


def job_of(options: Options, manifest: Manifest, version: str) -> Job:
    """The job that these options ask for, of an input of this version."""
    return Job(
        input=options.input,
        input_version=version,
        input_format=options.input_format,
        output_format=options.output_format,
        model=manifest.name,
        model_version=manifest.version,
        identity=manifest.identity,
        rows=options.rows or usual_rows(manifest),
        keep=options.keep,
        shards=options.shard[1],
        shard=options.shard[0],
    )


def usual_rows(manifest: Manifest) -> int:
    """As many as hold half a million values, so that memory is the same for all."""
    width = sum(input.width for input in manifest.inputs)
    return min(max(500_000 // width, 100), 50_000)


def recorded(place: Place, job: Job) -> Outcome | None:
    """What is recorded there of this job or a shard of it; BatchError if of another."""
    if not place.version():
        return None
    try:
        outcome = msgspec.json.decode(place.read(), type=Outcome)
    except msgspec.MsgspecError:
        raise BatchError(
            f"{place.address} is no record of a job; remove it, or name another output"
        ) from None
    for name, noun in _SHOWN.items():
        before, now = getattr(outcome.job, name), getattr(job, name)
        if before != now:
            raise BatchError(
                f"{place.address} is of another job: the {noun} was {_text(before)} "
                f"and is {_text(now)}; remove what that job wrote, or name another "
                "output"
            )
    return outcome


def record(place: Place, outcome: Outcome) -> None:
    """Write it down."""
    content = msgspec.json.encode(outcome)
    place.write(msgspec.json.format(content, indent=2) + b"\n")


def _text(value: object) -> str:
    return ", ".join(value) or "all" if isinstance(value, tuple) else str(value)
