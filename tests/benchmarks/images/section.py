"""What a run found, as the section of docs/images.md."""

from collections.abc import Iterable, Sequence

from tests.benchmarks.figures import Spread
from tests.benchmarks.markdown import table

from .layers import KINDS, total
from .outcome import Outcome

# Beyond the model itself, a new model may move this much.
ALLOWANCE = 20_000


def section(found: Sequence[Outcome], what: str, where: str, peers: str) -> str:
    """The tables; Slipway is the first of what was found."""
    rounds = len(found[0].starts)
    return "\n".join(
        [
            f"Measured {where}, shared with other work; {what}. The peers: {peers}.",
            "",
            *_claims(found),
            "",
            "### Layers: MB compressed, as pushed (unpacked)",
            "",
            table(["image", *KINDS, "all"], map(_sizes, found)),
            "",
            "### A new model: rebuilt and pushed",
            "",
            table(
                ["image", "builder", "s", "MB pushed", "MB pulled", "MB downloaded"],
                _moved(found),
            ),
            "",
            f"### A container: from `docker run` to ready, and memory, {rounds} rounds",
            "",
            table(["image", "s to ready", "MiB (PSS) after one answer"], _run(found)),
            "",
            "### What was changed in the peers' Dockerfiles",
            "",
            *_changes(found),
        ]
    )


def _claims(found: Sequence[Outcome]) -> list[str]:
    ours, *others = found
    best = min(others, key=lambda one: one.own.compressed)
    shares = [
        getattr(ours.own, form) / getattr(best.own, form)
        for form in ("compressed", "unpacked")
    ]
    return [
        f"- Dependencies and code: {shares[0]:.2f} of {best.title}'s, the smallest "
        f"peer, compressed, and {shares[1]:.2f} unpacked (aim: under 0.50).",
        f"- Pushed beyond the compressed model: {_kb(ours.warm.beyond)} on a warm "
        f"builder, {_kb(ours.cold.beyond)} on one with nothing "
        f"(aim: {ALLOWANCE / 1000:.0f} kB).",
        f"- The builder with nothing pulled {_mb(ours.cold.pulled)} MB, the server "
        f"image, and downloaded {_mb(ours.cold.downloaded)} MB.",
    ]


def _kb(size: int) -> str:
    return f"{size / 1000:.1f} kB"


def _sizes(outcome: Outcome) -> list[str]:
    sums = [total(outcome.layers, kind) for kind in KINDS]
    sums.append(total(outcome.layers))
    cells = [f"{_mb(one.compressed)} ({_mb(one.unpacked)})" for one in sums]
    return [outcome.title, *cells]


def _moved(found: Iterable[Outcome]) -> list[list[str]]:
    return [
        [
            outcome.title,
            builder,
            f"{delivery.seconds:.1f}",
            _mb(delivery.pushed),
            _mb(delivery.pulled),
            _mb(delivery.downloaded),
        ]
        for outcome in found
        for builder, delivery in (
            ("warm", outcome.warm),
            ("with nothing", outcome.cold),
        )
    ]


def _run(found: Iterable[Outcome]) -> list[list[str]]:
    return [
        [one.title, _spread(one.seconds, 2), _spread(one.megabytes, 0)] for one in found
    ]


def _changes(found: Iterable[Outcome]) -> list[str]:
    return [f"- {one.title}: {'; '.join(one.changes)}." for one in found if one.changes]


def _spread(values: Spread, digits: int) -> str:
    low, middle, high = (
        f"{value:.{digits}f}" for value in (values.low, values.median, values.high)
    )
    return f"{middle} ({low} to {high})"


def _mb(size: float) -> str:
    """Megabytes with as many digits as mean something."""
    return f"{size / 1e6:,.2f}" if size < 1e6 else f"{size / 1e6:,.1f}"
