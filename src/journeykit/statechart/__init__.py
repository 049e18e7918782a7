"""The neutral chart of regions, places and transitions, and the one room with the ``transitions`` library."""
