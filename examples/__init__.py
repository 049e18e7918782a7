"""Programs that use journeykit as an outsider would."""
