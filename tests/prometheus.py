"""Questions to a Prometheus on this machine."""

from typing import Any

import httpx


def asked(port: int, expression: str) -> list[dict[str, Any]]:
    """What it answers now."""
    address = f"http://127.0.0.1:{port}/api/v1/query"
    answer = httpx.get(
        address, params={"query": expression}, timeout=10, trust_env=False
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["result"]
