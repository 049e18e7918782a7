"""Stored snapshots, read back and checked; ``machine.snapshot_to_dict`` writes them."""
