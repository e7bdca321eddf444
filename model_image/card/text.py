"""Values as text that cannot be taken for markup, and numbers as people read them."""

import re
from typing import Any

from markupsafe import Markup

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&#!$^{}]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
_LEADING = re.compile(r"^(?:(?=[-+=])|(\d+)(?=[.)](?:\s|$)))")


def plain(value: Any) -> Any:
    """Text on one line without what cannot be seen; markup of our own as it is."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return "".join(one if one.isprintable() else "�" for one in " ".join(value.split()))


def escaped(value: Any) -> Any:
    """The same for Markdown, where it stays text whatever it holds."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    text = _SPECIAL.sub(r"\\\1", plain(value))
    return Markup(_LEADING.sub(r"\1\\", text))


def code(value: str) -> Markup:
    """A Markdown code span, in a table too: only its fence and pipes need care."""
    text = plain(value).replace("|", "\\|") or " "
    runs = [len(run) for run in re.findall("`+", text)]
    fence = "`" * (max(runs, default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return Markup(f"{fence}{pad}{text}{pad}{fence}")


def seconds(value: float) -> str:
    """A duration in the unit that gives it one to three digits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def number(value: float) -> str:
    """Four digits, or all before the point where there are more."""
    text = f"{value:.4g}"
    return f"{value:,.0f}" if "e+" in text and abs(value) < 1e12 else text


def percent(share: float) -> str:
    """A share of the whole."""
    return f"{100 * share:.0f} %" if share >= 0.01 or not share else "< 1 %"
