"""Text to profile: reading, inheritance, shapes, names, expressions, and the remarks on what was written."""
