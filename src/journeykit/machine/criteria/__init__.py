"""Criteria compiled: the closures that judge them in three values, and the instants at which they turn by time alone.

``guards`` is where to start; ``verdicts`` judges one by one, for people to read.
"""
