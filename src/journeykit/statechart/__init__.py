"""The neutral chart of regions, places and transitions; only this package uses the ``transitions`` library."""
