"""What a model is, and what its image holds."""

# First, for what it turns off before anything here loads onnxruntime.
from . import server as server
