"""The plan of a run, its progress, and its recovery."""
