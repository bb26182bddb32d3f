"""Whether recordings lie where the simulations are."""
