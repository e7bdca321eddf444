"""One job from its input to its output."""

import sys
from collections.abc import Callable, Iterator
from contextlib import (
    AbstractContextManager,
    contextmanager,
    nullcontext,
    redirect_stdout,
)
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from ..manifest import Manifest, read_manifest
from ..warmup import warm
from . import columns, reading, writing
from .errors import BatchError
from .input import InputFile
from .job import Job, Outcome, job_of, record
from .options import PIPE, Options
from .pipeline import in_order
from .places import place
from .report import Report
from .rows import Chunk
from .score import Scorer
from .target import Target, target
from .work import Made, Work


@dataclass(frozen=True)
class Run:
    """What the options ask for, of the packed model in `folder`."""

    options: Options
    folder: Path
    threads: int
    """Chunks that are scored at once, each by one processor."""
    report: Report

    def outcome(self) -> Outcome:
        """Do it, or what an earlier run left of it; BatchError where that fails."""
        manifest = read_manifest(self.folder)
        job = job_of(self.options, manifest, self._input.version())
        if self.options.output == PIPE:
            return self._streamed(job, manifest)
        made = target(self.options)
        with made.parts.lock.held():
            outcome = made.finished(job)
            if outcome and job.resumable:
                self.report.say("done before", output=self.options.output)
                return outcome
            if outcome:
                raise BatchError(
                    f"{self.options.output} is there already, from another pipe; "
                    "remove it, or name another output"
                )
            return self._kept(job, manifest, made)

    def _kept(self, job: Job, manifest: Manifest, made: Target) -> Outcome:
        """By parts, of which those that are there already are not made again."""
        if not job.resumable:
            made.parts.clear()
        done = frozenset(made.parts.done())
        with self._work(job, manifest) as (work, share):
            record(made.parts.record, Outcome(job))
            if done:
                self.report.say("going on", parts_done=len(done))

            def keep(chunk: Chunk) -> Made:
                one = work.made(chunk)
                made.parts.write(one.index, one.part, one.rejects)
                return one

            for one in in_order(keep, self._chunks(work, done), self.threads):
                self.report.add(one.rows, one.rejected, share())
        if self._input.version() != job.input_version:
            raise BatchError(
                f"{self.options.input} was changed while it was read; remove "
                f"{made.parts.folder.address}, and start again"
            )
        outcome = made.finish(job, self.report.total, work.writer)
        self._end(outcome)
        return outcome

    def _streamed(self, job: Job, manifest: Manifest) -> Outcome:
        """In order as it comes; nothing is kept to go on from."""
        output = sys.stdout.buffer
        with (
            # What a model's code prints must not stand among the rows.
            redirect_stdout(sys.stderr),
            self._work(job, manifest) as (work, share),
            self._rejects() as rejects,
        ):

            def parts() -> Iterator[bytes]:
                chunks = self._chunks(work, frozenset())
                for one in in_order(work.made, chunks, self.threads):
                    rejects.write(one.rejects)
                    self.report.add(one.rows, one.rejected, share())
                    yield one.part

            work.writer.joined(parts(), output)
            output.flush()
        rejected = self.report.rejected
        where = (self.options.rejects or "standard error") if rejected else ""
        outcome = Outcome(job, self.report.total, rejected, where)
        self._end(outcome)
        return outcome

    def _end(self, outcome: Outcome) -> None:
        rows, rejected = outcome.rows or 0, outcome.rejected or 0
        self.report.end(self.options.output, rows, rejected, outcome.rejects)

    @contextmanager
    def _work(
        self, job: Job, manifest: Manifest
    ) -> Iterator[tuple[Work, Callable[[], float | None]]]:
        """All it takes to score, and what tells how much of the input is read."""
        with self._input.opened() as file:
            source = reading.opened(self.options.input_format, file, job.rows)
            wanted = columns.wanted(source.columns, manifest, self.options)
            # One thread a chunk: a sum over more might depend on how many they are.
            model, _ = warm(self.folder, manifest, 1)
            writer = writing.writer(self.options.output_format)
            self.report.begin()
            share = self._input.share_of(file)
            yield Work(source, wanted, Scorer(model, manifest), writer), share

    def _chunks(self, work: Work, done: frozenset[int]) -> Iterator[Chunk]:
        """What this shard has left to do; an empty chunk if there is none at all."""
        mine, count = self.options.shard
        found = False
        for chunk in work.source.chunks():
            if chunk.index % count != mine:
                continue
            found = True
            if chunk.index in done:
                self.report.skip(chunk.size)
            else:
                yield chunk
        if not found:
            yield replace(work.source.nothing, index=mine)

    def _rejects(self) -> AbstractContextManager[IO[bytes]]:
        if self.options.rejects:
            return place(self.options.rejects).created()
        return nullcontext(sys.stderr.buffer)

    @property
    def _input(self) -> InputFile:
        in_order = self.options.input_format != "parquet"
        return InputFile(self.options.input, in_order)
