"""A real model, ready to deploy."""
