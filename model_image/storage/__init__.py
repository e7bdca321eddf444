"""
Where packages live: a folder, an OCI registry, a bucket, an MLflow registry.

`push` and `fetch` are the two doors; a reference with a digest is the only key.
"""
