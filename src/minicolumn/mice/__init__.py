"""Synthetic mice: drawing them, letting them rest and run, cohorts of them."""
