"""What may differ between stacks, and what people do with them."""
