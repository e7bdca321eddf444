"""What the machine must have before a stack can run on it, and how it gets that."""
