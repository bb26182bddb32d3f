"""Predictions against observations, with all that a score needs."""
