"""Expressions: from text to tokens to an untyped tree to a typed one, and what can be read off a typed tree."""
