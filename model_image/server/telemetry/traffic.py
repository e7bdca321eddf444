"""What the model is asked and answers, counted in the bins of its training data."""

from collections.abc import Callable, Iterable, Iterator
from time import monotonic

import numpy as np
from prometheus_client import Metric

from ..manifest import Manifest
from ..profile import Profile
from ..values import Array, Arrays
from . import families
from .bins import Bins, Names, Numbers
from .columns import bins
from .drift import Drift
from .window import Window

_MOST_ROWS = 512
_MOST_VALUES = 1 << 18


class Traffic:
    """
    Distributions of inputs and outputs since the start, and their drift of late.

    Requests are kept as they are and counted together, once a few hundred rows have
    come, since counting one row costs as much as counting a hundred. All methods are
    for the thread of the event loop. Without a profile nothing is kept or told.
    """

    def __init__(
        self,
        manifest: Manifest,
        profile: Profile,
        *,
        drift_rows: int,
        drift_window_seconds: float,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.inputs = tuple(bins(manifest.inputs, profile.inputs))
        self.outputs = tuple(bins(manifest.outputs, profile.outputs))
        self._all = self.inputs + self.outputs
        self._features = [
            *(("input", name) for one in self.inputs for name in one.features),
            *(("output", name) for one in self.outputs for name in one.features),
        ]
        size = sum(one.counts.size for one in self._all)
        self._window = Window(size, drift_window_seconds)
        self._drift = Drift(self._all, drift_rows) if self._all else None
        self._clock = clock
        self._waiting: list[tuple[Arrays, Arrays]] = []
        self._rows = 0
        tensors = (*manifest.inputs, *manifest.outputs)
        values = sum(tensor.width for tensor in tensors)
        self._most = max(1, min(_MOST_ROWS, _MOST_VALUES // values))

    def seen(self, inputs: Arrays, outputs: Arrays) -> None:
        """Keep one answered request for counting; an output that is not there is."""
        if not self._all:
            return
        self._waiting.append((inputs, outputs))
        self._rows += len(next(iter(inputs.values())))
        if self._rows >= self._most:
            self.flush()

    def flush(self) -> None:
        """Count what was kept."""
        if not self._waiting:
            return
        waiting, self._waiting, self._rows = self._waiting, [], 0
        added = [
            *_counted(self.inputs, [inputs for inputs, _ in waiting]),
            *_counted(self.outputs, [outputs for _, outputs in waiting]),
        ]
        self._window.add(np.concatenate(added), self._clock())

    def drift(self) -> tuple[dict[tuple[str, str], float], int]:
        """PSI by kind and feature where it can be told, and the rows in the window."""
        if self._drift is None:
            return {}, 0
        psi, rows = self._drift.psi(self._window.total(self._clock()))
        told = zip(self._features, psi.tolist(), strict=True)
        return {key: value for key, value in told if value == value}, int(rows.max())

    def collect(self) -> Iterator[Metric]:
        """All of it as metrics, where there is a profile."""
        if not self._all:
            return
        self.flush()
        for kind, parts in (("input", self.inputs), ("output", self.outputs)):
            label = "feature" if kind == "input" else "output"
            yield _values(kind, label, parts)
            yield _categories(kind, label, parts)
        yield _missing(self.inputs)
        psi, rows = self.drift()
        text = "Distance from training in the recent past; absent below enough rows."
        yield families.gauge("slipway_data_drift_psi", text, ("kind", "feature"), psi)
        text = "Rows in the recent past that drift is told from."
        yield families.value("slipway_data_drift_rows", text, rows)


def _counted(parts: Iterable[Bins], requests: list[Arrays]) -> Iterator[Array]:
    """What each part of these requests adds, flat."""
    together: Arrays = {}
    for part in parts:
        if part.tensor not in together:
            found = [one[part.tensor] for one in requests if part.tensor in one]
            if not found:
                yield np.zeros(part.counts.size, np.int64)
                continue
            together[part.tensor] = np.concatenate(found)
        yield part.add(together[part.tensor]).ravel()


def _values(kind: str, label: str, parts: Iterable[Bins]) -> Metric:
    """Counts at or below the edges of training."""
    samples = [
        ((name,), edges, [*upto[: len(edges)], upto[-1]], total)
        for part in parts
        if isinstance(part, Numbers)
        for name, edges, upto, total in zip(
            part.features,
            part.edges,
            np.cumsum(part.counts[:, :-1], axis=1).tolist(),
            part.sums.tolist(),
            strict=True,
        )
    ]
    text = f"Numbers of each {label}, in the bins of the training data."
    return families.histogram(f"slipway_{kind}_value", text, (label,), samples)


def _categories(kind: str, label: str, parts: Iterable[Bins]) -> Metric:
    counts = {
        (part.features[0], name): count
        for part in parts
        if isinstance(part, Names)
        for name, count in zip(part.names, part.counts[0, :-1].tolist(), strict=True)
    }
    text = f"Categories of each {label}; what training did not know is (other)."
    labels = (label, "category")
    return families.counter(f"slipway_{kind}_category", text, labels, counts)


def _missing(parts: Iterable[Bins]) -> Metric:
    counts = {
        (name,): count
        for part in parts
        for name, count in zip(part.features, part.counts[:, -1].tolist(), strict=True)
    }
    text = "Values of each feature that were null or NaN."
    return families.counter("slipway_input_missing", text, ("feature",), counts)
