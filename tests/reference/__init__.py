"""A slow, plain interpreter of the rules of movement, written from ``docs/explanation/rules.md`` alone.

It exists only to say what is right: it reads resolved profiles and shares no stepping with the engine.
"""

from __future__ import annotations

from reference.interpreter import Reference, Refused

__all__ = ["Reference", "Refused"]
