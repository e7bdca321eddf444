"""`up`: bring a stack to what its files say, and show how to talk to it."""

import json
from pathlib import Path
from typing import Any

from model_image.server.example import read_example
from model_image.storage.clone import folder_in
from stacks.machine.virtualenv import ROOT
from stacks.settings.stack import StackSettings

from .argument import Json, Stack
from .console import out, say
from .engines import stack_engine
from .prepared import bring_up_shared, prepare


def run(stack: Stack, as_json: Json = False) -> None:
    """Bring a stack up: build, push, deploy and verify what its file names."""
    settings = StackSettings.read(ROOT, stack)
    prepare(settings)
    bring_up_shared(settings)
    package = folder_in(ROOT, settings.package, say) if settings.package else None
    outputs = stack_engine(stack).up(stack)
    if as_json:
        out.print_json(json.dumps(outputs))
    else:
        _how_to_call(package, outputs)


def _how_to_call(package: Path | None, outputs: dict[str, Any]) -> None:
    endpoint = outputs.get("endpoint")
    if endpoint is None:
        return
    out.print(f"\n{outputs['image']}\nanswers at [bold]{endpoint}[/bold]")
    if package is None:
        out.print(f"\n  curl {endpoint}/v2/health/ready")
        return
    request = read_example(ROOT / package / "example.json").request
    body = json.dumps(request).replace("'", "'\\''")
    out.print(f"\n  curl {endpoint}/predict -d '{body}'", markup=False)
