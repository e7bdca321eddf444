"""Whether an image registry is there."""

import httpx

from model_image.storage.loopback import is_loopback


def answers(address: str) -> bool:
    """Whether the registry at `address` answers; a proxy has no say on loopback."""
    host = address.partition("/")[0]
    here = is_loopback(host)
    url = f"{'http' if here else 'https'}://{host}/v2/"
    try:
        answer = httpx.get(url, timeout=3, trust_env=not here)
    except httpx.HTTPError:
        return False
    return answer.status_code in (200, 401)
