"""MLServer with a runtime of one's own around onnxruntime."""

from configured import serve

if __name__ == "__main__":
    serve("onnx_runtime.OnnxRuntime")
