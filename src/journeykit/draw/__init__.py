"""Drawings of profiles: in a terminal, in Mermaid, side by side, with the place of each value."""
