"""What a person does with models, one command per file."""
