"""Answers about one account, read from its snapshot: explanations, due dates, forecasts and timelines."""
