"""The section "Speed" of docs/serving.md, and its picture."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from .figures import Figures
from .markdown import write
from .models import MODELS
from .plot import plot
from .servers import PEERS, ROOT
from .speed_tables import TITLES, claims, detail, summary

DOCUMENT = ROOT / "docs" / "serving.md"
_PICTURE = ROOT / "docs" / "serving-speed.svg"


def speed_section(figures: Figures) -> str:
    """The tables of what was measured."""
    models = [model for model in MODELS if model in figures.sessions]
    parts = [f"Measured {measured_on()}, {_what(figures, models)}.", ""]
    parts += [*claims(figures, models), "", "Requests a second with 16 connections:"]
    parts += ["", summary(figures, models)]
    for model in models:
        bare = figures.sessions[model].median
        head = f"### {TITLES[model]}: `session.run` takes {bare:,.1f} µs"
        parts += ["", head, "", detail(figures, model)]
    return "\n".join([*parts, "", f"The peers: {versions()}."])


def write_speed(figures: Figures) -> None:
    """Put the tables into the document and the picture beside it."""
    made = _PICTURE.with_suffix(".new")
    made.write_text(plot(figures, MODELS))
    made.replace(_PICTURE)
    picture = f"![Requests a second with 16 connections]({_PICTURE.name})"
    write(DOCUMENT, "speed", f"{picture}\n\n{speed_section(figures)}")


def versions() -> str:
    """Which releases of the peers are run, as their files of requirements say."""
    first = (
        file.read_text().splitlines()[0]
        for file in sorted(PEERS.glob("*/requirements.txt"))
    )
    return ", ".join(line.replace("==", " ") for line in first)


def measured_on() -> str:
    """The day, and the machine that counted."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} processors ({_processor()})"
    )


def _what(figures: Figures, models: Sequence[str]) -> str:
    rounds = {visit.round for visit in figures.visits if visit.model in models}
    return f"{len(rounds)} rounds"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "of unknown make"
