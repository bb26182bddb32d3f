"""What a circuit is: families, prior, conditions, and what ACh does."""
