"""Where a job's parts go, and what becomes of them when all are there."""

from dataclasses import dataclass
from typing import Protocol

from .errors import BatchError
from .job import Job, Outcome, record, recorded
from .options import Options
from .parts import Parts
from .places import Place, place
from .writing import Writer


class Target(Protocol):
    """An output that a job which was cut off can go on with."""

    @property
    def parts(self) -> Parts: ...

    def finished(self, job: Job) -> Outcome | None:
        """The outcome, if the job is done; BatchError if another's output is here."""
        ...

    def finish(self, job: Job, rows: int, writer: Writer) -> Outcome:
        """Make the parts, which are all there, what was asked for."""
        ...


def target(options: Options) -> Target:
    """The target for this output; nothing of it is touched yet."""
    output = place(options.output)
    if options.folder:
        return FolderTarget(Parts(output, options.output_format, options.shard))
    parts = Parts(output.beside(".parts"), options.output_format, options.shard)
    rejects = place(options.rejects) if options.rejects else None
    return FileTarget(output, rejects or output.beside(".rejects.jsonl"), parts)


@dataclass(frozen=True)
class FolderTarget:
    """The parts themselves, in a folder that all shards may share."""

    parts: Parts

    def finished(self, job: Job) -> Outcome | None:
        for each in self.parts.records():
            recorded(each, job)
        own = recorded(self.parts.record, job)
        if not own and self.parts.done():
            raise BatchError(
                f"{self.parts.folder.address} has parts and no record of their job; "
                "remove them, or name another output"
            )
        return own if own and own.done else None

    def finish(self, job: Job, rows: int, writer: Writer) -> Outcome:
        rejected = _count(self.parts)
        rejects = self.parts.rejects_folder.address if rejected else ""
        outcome = Outcome(job, rows, rejected, rejects)
        record(self.parts.record, outcome)
        return outcome


@dataclass(frozen=True)
class FileTarget:
    """One file, put together from parts that stand beside it until it is there."""

    output: Place
    rejects: Place
    parts: Parts

    @property
    def _record(self) -> Place:
        return self.output.beside(".job.json")

    def finished(self, job: Job) -> Outcome | None:
        begun = recorded(self.parts.record, job)
        if not self.output.version():
            return None
        outcome = recorded(self._record, job)
        if outcome and outcome.done:
            self.parts.folder.remove()
            return outcome
        if not begun:
            raise BatchError(
                f"{self.output.address} is there already, and not from this job; "
                "remove it, or name another output"
            )
        return None

    def finish(self, job: Job, rows: int, writer: Writer) -> Outcome:
        rejected = _count(self.parts)
        outcome = Outcome(job, rows, rejected, self.rejects.address if rejected else "")
        if rejected:
            with self.rejects.created() as file:
                for part in self.parts.rejects():
                    file.write(part)
        with self.output.created() as file:
            writer.joined(self.parts.read(), file)
        record(self._record, outcome)
        self.parts.folder.remove()
        return outcome


def _count(parts: Parts) -> int:
    return sum(part.count(b"\n") for part in parts.rejects())
