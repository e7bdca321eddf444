"""Services on a real cluster: `python -m tests.cluster up`, or one of your own."""
