"""Many accounts at once: a book of business."""
