"""From a resolved profile to an immutable machine: the tables and closures that stepping reads, and the snapshot."""
