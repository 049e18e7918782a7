"""Expressions: text to tokens to an untyped tree to a typed one, and what can be said of it."""
