"""Predictions against observations: directions, sizes, nulls and verdicts."""
