"""Scores a whole file with the model: the same image, `batch INPUT OUTPUT`."""
