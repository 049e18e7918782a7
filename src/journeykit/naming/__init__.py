"""Display names: what a profile declares, labels in a language, and captions for drawings."""
