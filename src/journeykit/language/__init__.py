"""Text to profile: reading, inheritance, shapes, names, expressions. Its door is ``catalog``."""
