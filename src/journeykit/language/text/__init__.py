"""The text of a profile: the files it comes from, safe reading into a tree of located nodes, inheritance."""
