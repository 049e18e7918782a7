"""How a criterion becomes a verdict: its closure, its three values, and when it turns by time."""
