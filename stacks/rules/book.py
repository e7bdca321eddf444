"""The rules: each a plain function over what is declared, and one sentence."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .declared import Asked, Copy, Declared

_DIGEST = re.compile(r"(^|@)sha256:[0-9a-f]{64}$")
"""Of a reference, or alone: what an engine calls an image that it pulled by digest."""
_SECRET = re.compile(r"(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)$", re.I)
RAISED = frozenset(
    {
        "down",
        "replicas",
        "errors",
        "overload",
        "rejects",
        "latency",
        "memory",
        "throttled",
        "restarts",
        "drift",
        "version",
    }
)
"""Those of components/alerts.py that every platform raises."""
_LABELS = ("slipway.model", "slipway.version", "slipway.stack")


@dataclass(frozen=True)
class Finding:
    """A rule that a resource breaks."""

    rule: str
    resource: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.resource}: {self.sentence}"


Rule = Callable[[Declared, Asked], Iterator[tuple[str, str]]]


def digest(declared: Declared, asked: Asked) -> Iterator[tuple[str, str]]:
    """Nothing runs by a tag, which may be another image tomorrow."""
    for one in declared.copies:
        if one.image is not None and not _DIGEST.search(one.image):
            yield one.name, f"its image is {one.image}; name it by digest"


def limits(declared: Declared, asked: Asked) -> Iterator[tuple[str, str]]:
    """No copy takes what others need."""
    for one in declared.copies:
        for what, value in (("processor", one.cpu), ("memory", one.memory_mb)):
            if not value:
                yield one.name, f"it has no {what} limit; set one in slipway:service"


def health(declared: Declared, asked: Asked) -> Iterator[tuple[str, str]]:
    """A platform that asks nothing sends requests to what cannot answer."""
    for one in _serving(declared):
        if not one.ready:
            yield one.name, "nobody asks whether it is ready; give it a readiness probe"
        if not one.live:
            yield one.name, "nobody asks whether it lives; give it a liveness probe"


def user(declared: Declared, asked: Asked) -> Iterator[tuple[str, str]]:
    """Nothing runs as root."""
    for one in declared.copies:
        if not one.user:
            yield one.name, "it may run as root; run it as 10001, as the image does"


def root(declared: Declared, asked: Asked) -> Iterator[tuple[str, str]]:
    """What is broken into cannot be rewritten."""
    for one in declared.copies:
        if one.read_only is False:
            yield one.name, "its root can be written to; make it read-only"


def public(declared: Declared, asked: Asked) -> Iterator[tuple[str, str]]:
    """The internet is let in where the stack's file says so, and only there."""
    if not asked.public:
        for one in declared.exposed:
            yield (
                one,
                "it lets the internet in, and slipway:platform does not ask for it",
            )


def secrets(declared: Declared, asked: Asked) -> Iterator[tuple[str, str]]:
    """No secret is a plain variable."""
    for one in declared.copies:
        for key, value in one.env.items():
            # The server's own settings name files, and no secrets.
            plain = _SECRET.search(key) and not key.startswith("SLIPWAY_")
            if plain and value and key not in one.secrets:
                yield (
                    one.name,
                    f"{key} is plain text; name it in slipway:service.secrets",
                )


def labels(declared: Declared, asked: Asked) -> Iterator[tuple[str, str]]:
    """Whoever sees a copy knows what it is."""
    for one in declared.copies:
        if missing := [key for key in _LABELS if not one.labels.get(key)]:
            yield one.name, f"it does not say its {', '.join(missing)}"


def alerts(declared: Declared, asked: Asked) -> Iterator[tuple[str, str]]:
    """Somebody hears of everything that can be wrong."""
    if declared.alerts is None or not declared.copies:
        return
    # Where none is enough there are never too few.
    wanted = RAISED if asked.replicas else RAISED - {"replicas"}
    if missing := sorted(wanted - declared.alerts):
        yield "alerts", f"nobody is told of {', '.join(missing)}"


def logs(declared: Declared, asked: Asked) -> Iterator[tuple[str, str]]:
    """No log is kept, and paid for, for ever."""
    for one in declared.endless:
        yield one, "it is kept for ever; say for how many days"


def prod(declared: Declared, asked: Asked) -> Iterator[tuple[str, str]]:
    """Prod goes on when one copy or one zone does not, and is not lost by a slip."""
    if asked.tier != "prod" or not declared.copies:
        return
    if asked.kind != "local" and asked.replicas < 2:
        yield "replicas", f"prod has {asked.replicas} copy; ask for 2 or more"
    for one in sorted(set(declared.precious) - set(declared.protected)):
        yield one, "prod can lose it by one command; protect it"


RULES: tuple[Rule, ...] = (
    digest,
    limits,
    health,
    user,
    root,
    public,
    secrets,
    labels,
    alerts,
    logs,
    prod,
)


def broken(declared: Declared, asked: Asked) -> list[Finding]:
    """Every rule that is broken, and by what."""
    return [
        Finding(rule.__name__, resource, sentence)
        for rule in RULES
        for resource, sentence in rule(declared, asked)
    ]


def _serving(declared: Declared) -> Iterator[Copy]:
    return (one for one in declared.copies if one.role != "batch")
