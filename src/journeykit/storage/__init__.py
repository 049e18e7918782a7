"""A stored snapshot read back and checked; ``machine.snapshot_dict`` writes it."""
