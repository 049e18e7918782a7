"""From a resolved profile to an immutable machine: a neutral chart, its checks, and the tables that stepping reads."""
