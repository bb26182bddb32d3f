"""What the figures of the validation are called, in one light module."""

FIGURES = ("recovery", "cohorts", "reliability", "learning_curve", "strangers")
