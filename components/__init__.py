"""What Pulumi creates; a folder per platform, the same nouns in each."""
