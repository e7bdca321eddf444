"""A real Kubernetes cluster of one node, from Go modules and Debian packages."""

from .cluster import Cluster

__all__ = ["Cluster"]
