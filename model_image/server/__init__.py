"""Answers predictions over HTTP; the only code of ours inside an image.

Nothing large is imported here, so that the health check starts in milliseconds.
"""

import os

# onnxruntime reports each process and session to its maker unless told before it loads.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
