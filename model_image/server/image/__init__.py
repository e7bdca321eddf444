"""Makes the server image's layers; runs while it is built and is not inside it."""
