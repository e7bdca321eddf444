"""Of which Kubernetes the judges judge: the one of the tests' own cluster."""

from tests.cluster.go_module import GoModule

_WHOLE = GoModule("kubernetes").version("k8s.io/kubernetes").removeprefix("v")
KUBERNETES = ".".join(_WHOLE.split(".")[:2])
"""As in `1.34`."""
