"""The rules of movement: one input is taken, and the journey runs to rest. ``step`` has the table of the rules."""
