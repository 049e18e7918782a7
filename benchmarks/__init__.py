"""Measured figures: journeykit beside ``transitions``, in one process and one run. See README.md."""
