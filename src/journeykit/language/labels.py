"""An alias of :mod:`journeykit.naming.labels`, kept for code that imports it from here."""

from __future__ import annotations

from journeykit.naming.labels import Labels, LabelsError, examine_folder, examine_labels, labels, languages

__all__ = ["Labels", "LabelsError", "examine_folder", "examine_labels", "labels", "languages"]
