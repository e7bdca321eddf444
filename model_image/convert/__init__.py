"""What runs inside the sandbox: from a trained model to the draft of a package.

Nothing here is imported by the host but `task.py`, the words the two sides exchange.
"""
