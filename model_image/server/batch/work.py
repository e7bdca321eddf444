"""What a thread makes of a chunk: its part of the output and of the rejects."""

from dataclasses import dataclass

import msgspec

from . import answer
from .reading import Source, Wanted
from .rows import Chunk
from .score import Scorer
from .writing import Writer

_ENCODER = msgspec.json.Encoder(enc_hook=str)


@dataclass(frozen=True)
class Made:
    """Whole by themselves, so that nothing else need be known to keep them."""

    index: int
    rows: int
    rejected: int
    part: bytes
    rejects: bytes


@dataclass(frozen=True)
class Work:
    """An input, a model and an output's format, joined; several threads may ask."""

    source: Source
    wanted: Wanted
    scorer: Scorer
    writer: Writer

    def made(self, chunk: Chunk) -> Made:
        """The chunk read, checked, scored and written as bytes."""
        rows = self.source.rows(chunk, self.wanted)
        scored = self.scorer.score(rows, chunk.start)
        answers = answer.columns(scored.outputs, self.scorer.manifest.outputs)
        return Made(
            chunk.index,
            chunk.size,
            len(scored.rejects),
            self.writer.encoded(rows, scored, answers),
            _ENCODER.encode_lines(scored.rejects),
        )
