"""One account over time: the live journey, its log, and the history that a replay yields."""
