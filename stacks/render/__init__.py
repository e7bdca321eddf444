"""Plain Kubernetes manifests of a stack, for those who bring them by other hands."""
