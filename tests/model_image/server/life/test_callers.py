"""What callers show to be let in stays between them and the server."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from tests.model_image.conftest import WINE
from tests.model_image.server.life.raw import GOOD


def test_a_wrong_token_gets_401_and_appears_nowhere(
    start: Callable[..., Any], tmp_path: Any
):
    right, wrong = "right-token-0123456789", "wrong-token-9876543210"
    (tmp_path / "tokens").write_text(right)
    server = start(
        WINE, SLIPWAY_TOKENS=str(tmp_path / "tokens"), SLIPWAY_LOG_PAYLOADS="yes"
    )
    server.until("ready")

    with server.client as client:
        answers = [
            client.post("/predict", content=GOOD, headers={"authorization": shown})
            for shown in (f"Bearer {right}", f"Bearer {wrong}", wrong)
        ]
        health = client.get("/v2/health/ready")
    metrics = httpx.get(f"http://127.0.0.1:{server.ports[1]}/metrics").text
    server.signal()
    assert server.exit_code() == 0

    assert [each.status_code for each in answers] == [200, 401, 401]
    assert answers[1].headers["www-authenticate"].startswith("Bearer")
    assert health.status_code == 200
    shown = [each.text + str(each.headers) for each in answers]
    everything = json.dumps(server.lines) + metrics + "".join(shown)
    assert right not in everything
    assert wrong not in everything
