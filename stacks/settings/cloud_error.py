"""What a cloud refused, in one sentence."""


class CloudError(Exception):
    """A cloud that does not answer, or says no; the text says what to do."""
