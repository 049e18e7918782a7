"""Drawings of profiles: for a terminal, in Mermaid, several side by side, and each value with its origin."""
