"""
Asks the server in this container its stored example.

`python -m model_image.server.replay` prints what was expected and what came; whoever
asked compares (example.py), so that an image cannot vouch for itself.
"""

import http.client
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .address import connect, shown
from .example import comparable, read_example

_TIMEOUT_S = 30


def replay(env: Mapping[str, str], example: Path) -> dict[str, Any]:
    """The expected answer, and the one that came with its status and version."""
    stored = read_example(example)
    connection = http.client.HTTPConnection("localhost")
    connection.sock = connect(_asked(env), _TIMEOUT_S)
    try:
        connection.request("POST", "/predict", json.dumps(stored.request))
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    return {
        "expected": stored.response,
        "got": comparable(json.loads(body)),
        "tolerance": stored.tolerance,
        "status": answer.status,
        "version": answer.headers.get("x-slipway-version"),
    }


def _asked(env: Mapping[str, str]) -> Mapping[str, str]:
    """Where callers show tokens, the private port, which asks for none from within."""
    if not (env.get("SLIPWAY_TOKENS") or env.get("SLIPWAY_JWKS")):
        return env
    private = env.get("SLIPWAY_METRICS_PORT") or "9090"
    return {**env, "SLIPWAY_PORT": private, "SLIPWAY_SOCKET": ""}


def main() -> int:
    """0 where there was an answer of any kind, else 1 and why on standard error."""
    model = Path(os.environ.get("SLIPWAY_MODEL") or "/model")
    try:
        told = replay(os.environ, model / "example.json")
    except Exception as error:
        where = shown(_asked(os.environ))
        print(f"the example got no answer on {where}: {error}", file=sys.stderr)
        return 1
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
