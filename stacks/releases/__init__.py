"""What became of every release: the ledger, and what it admits to a stack."""
