"""What a cluster refuses or cannot do; apart, for its client is slow to import."""


class ClusterError(Exception):
    """One sentence; `code` is HTTP's, where the cluster gave one."""

    def __init__(self, sentence: str, code: int | None = None) -> None:
        super().__init__(sentence)
        self.code = code
