"""Stored snapshots, read back and checked; ``machine.snapshot_dict`` writes them."""
