"""The resolved profile as plain frozen data, and functions that look things up in it."""
