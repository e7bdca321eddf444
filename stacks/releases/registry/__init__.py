"""A stack's registry: its images, copies of them, and what is attached to them."""
