"""Gates on the model itself: its figures, and what its callers must send."""

import math
from collections.abc import Iterator
from platform import machine

from model_image.changes import changes
from stacks.settings.gates import MetricGate

from .outcome import Outcome, outcome, unknown
from .question import Question

_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
"""What image registries call what a kernel calls its machine."""


def quality(question: Question) -> Iterator[Outcome]:
    """No figure that the target cares for is worse than that of what it runs."""
    for wanted in question.target_settings.gates.quality:
        yield _metric(question, wanted)


def _metric(question: Question, wanted: MetricGate) -> Outcome:
    name = f"quality {wanted.metric}"
    incumbent = question.incumbent
    if incumbent is None or incumbent.digest is None:
        return outcome(name, True, "no worse than before", "nothing runs yet")
    if incumbent.digest == question.digest:
        return outcome(name, True, "no worse than before", "it is what runs")
    old = _figure(question, incumbent.digest, wanted.metric)
    new = _figure(question, question.digest, wanted.metric)
    want = f"no worse than {incumbent.version}, by more than {wanted.margin:g}"
    if old is None or new is None:
        whose = incumbent if old is None else question.release
        return unknown(name, want, f"the evidence of {whose} has no {wanted.metric}")
    worse = old - new if wanted.better == "higher" else new - old
    return outcome(name, worse <= wanted.margin, want, f"{new:g}, after {old:g}")


def _figure(question: Question, digest: str, metric: str) -> float | None:
    figure = question.history.metrics(digest).get(metric)
    if isinstance(figure, bool) or not isinstance(figure, int | float):
        return None
    return float(figure) if math.isfinite(figure) else None


def schema(question: Question) -> Outcome | None:
    """Whoever calls what the target runs can call the release as they do now."""
    if not question.target_settings.gates.schema_compatible:
        return None
    want = "callers need no change"
    incumbent = question.incumbent
    if incumbent is None:
        return outcome("schema", True, want, "nothing runs yet")
    if incumbent.digest == question.digest:
        return outcome("schema", True, want, "it is what runs")
    try:
        old = question.manifest(incumbent.digest or "")
        new = question.manifest(question.digest)
    except Exception as error:  # a registry's, a manifest's: it cannot be known
        return unknown("schema", want, str(error))
    breaking = [one.sentence for one in changes(old, new) if one.breaking]
    more = f", and {len(breaking) - 1} more" if len(breaking) > 1 else ""
    got = f"{breaking[0]}{more}" if breaking else f"as {incumbent.version}"
    return outcome("schema", not breaking, want, got)


def platforms(question: Question) -> Outcome:
    """The image was built for everything the target runs on."""
    asked = question.target_settings.gates.platforms
    wanted = asked or (f"linux/{_MACHINES.get(machine(), machine())}",)
    want = ", ".join(wanted)
    try:
        built = question.platforms()
    except Exception as error:
        return unknown("platforms", want, str(error))
    lacking = set(wanted) - set(built)
    got = ", ".join(built) or "no platform"
    return outcome("platforms", not lacking, want, got)
