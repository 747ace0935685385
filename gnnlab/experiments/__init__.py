"""Each job, whole, on one page."""
