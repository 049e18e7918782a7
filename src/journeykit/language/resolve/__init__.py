"""From a merged text to a profile: every name found, every expression typed, all faults told at once."""
