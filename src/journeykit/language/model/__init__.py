"""The resolved profile as plain frozen data, and how to find one's way in it."""
