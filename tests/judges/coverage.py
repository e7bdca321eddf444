"""Which checks never had anything of ours to look at: `not_evaluated.md`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .review import Heard
from .version import KUBERNETES

FILE = Path(__file__).with_name("not_evaluated.md")
_HEAD = f"""\
# What the judges did not look at

Written by `python -m tests.judges --write`; a test compares it with what the judges
say of Kubernetes {KUBERNETES}. A check is *evaluated* when its judge gave a verdict
on an object of the plain or the full stack.

kube-linter is no judge here, and none of its checks is evaluated: the module proxies in
reach do not serve its module, `golang.stackrox.io/kube-linter`. kube-score is in its
place, which likewise sees the objects as a whole.

Kinds of the Prometheus operator have no schema here; the API server of the tests'
cluster has their definitions, and checks them.
"""
# A judge passes an object without one of these, and so says nothing about it.
_OF_OTHERS = re.compile(
    r"the --|admission control plugin|RotateKubelet|encryption providers"
    r"|Cryptographic Ciphers|[Rr]ole ?[Bb]inding|\broles?\b|impersonation|node proxy"
    r"|attaching to shell|Gatekeeper"
)


def text(of: Iterable[Heard]) -> str:
    """The file, the same for the same judges and stacks."""
    return "\n".join([_HEAD, *(line for one in of for line in _section(one))])


def of_others(one: Heard) -> dict[str, str]:
    """The checks whose verdict is about what no stack has, and so about nothing."""
    evaluated = {id_: one.checks[id_] for id_ in sorted(one.verdict.evaluated)}
    return {id_: told for id_, told in evaluated.items() if _OF_OTHERS.search(told)}


def _section(one: Heard) -> Iterator[str]:
    never, others = one.never_evaluated, of_others(one)
    yield f"## {one.judge}"
    yield ""
    yield f"Never evaluated: {len(never)} of {len(one.checks)} checks."
    yield ""
    yield from _listed(never)
    if others:
        yield (
            "Evaluated, but about the control plane, nodes, roles or other software, "
            f"of which a stack has nothing: {len(others)}."
        )
        yield ""
        yield from _listed(others)


def _listed(checks: Mapping[str, str]) -> Iterator[str]:
    for id_ in sorted(checks, key=_by_number):
        yield f"- `{id_}` {checks[id_]}"
    if checks:
        yield ""


def _by_number(id_: str) -> list[tuple[int, str]]:
    """As people count: 9 before 10."""
    return [
        (int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", id_)
    ]
