"""Journeys: inputs in, records and snapshots out, by the rules of movement."""
