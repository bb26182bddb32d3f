"""Mechanisms of acetylcholine in simulated and recorded mouse V1."""
