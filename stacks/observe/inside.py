"""What is run inside a copy of a model to ask it something, wherever it runs."""

PRIVATE_PORT = 9090
"""Where a copy has its page and its metrics."""
READY = ["python", "-m", "model_image.server.health"]
REPLAY = ["python", "-m", "model_image.server.replay"]
METRICS = [
    "python",
    "-c",
    """\
import os, sys, urllib.request
port = os.environ.get("SLIPWAY_METRICS_PORT") or "9090"
with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as page:
    sys.stdout.buffer.write(page.read())
""",
]
MANIFEST_FILE = "/model/model.json"
MANIFEST = ["python", "-c", f"print(open({MANIFEST_FILE!r}).read())"]
