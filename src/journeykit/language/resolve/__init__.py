"""From a merged tree to a profile: names are looked up and expressions typed, by groups of keys; see ``resolver``."""
