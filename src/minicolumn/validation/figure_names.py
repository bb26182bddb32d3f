"""What the figures of the validation are called, in one light module."""

FIGURES = (
    "recovery",
    "cohorts",
    "reliability",
    "learning_curve",
    "out_of_distribution",
)
