"""`changed`: which stacks a change is about, for pipelines."""

import json
from typing import Annotated, get_args

import typer

from stacks.machine.virtualenv import ROOT
from stacks.review.touched import touched
from stacks.settings.stack import Tier

from .argument import Json
from .console import out

Base = Annotated[str, typer.Option(help="The revision that the change starts from.")]
Tiers = Annotated[list[str] | None, typer.Option("--tier", help="Else all tiers.")]


def run(base: Base, tier: Tiers = None, as_json: Json = False) -> None:
    """Name the stacks whose file or package a change touches, upstream first."""
    tiers = get_args(Tier)
    if wrong := {*(tier or ())}.difference(tiers):
        raise typer.BadParameter(f"no tier is {', '.join(wrong)}: {', '.join(tiers)}")
    names = touched(ROOT, base, tier or tiers)
    if as_json:
        print(json.dumps(names))
    else:
        for name in names:
            out.print(name, markup=False)
