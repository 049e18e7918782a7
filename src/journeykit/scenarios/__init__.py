"""Scenario files: stories of an account, with what is expected of the profile, played and judged."""
