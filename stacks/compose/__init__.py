"""A stack as a Compose file: the same containers for people who bring their own app."""
