"""Which keys may stand where, in which short forms, and the check of a text against that."""
