"""Simulated mice to learn from: own levels, own dose, own drift, known mechanism."""
