"""The text of a profile: safe reading, the tree of located values, inheritance, the files it comes from."""
