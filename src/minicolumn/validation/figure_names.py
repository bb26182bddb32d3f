"""What the figures of the validation are called, in one light module."""

FIGURES = (
    "recovery",
    "cohorts",
    "power",
    "reliability",
    "learning_curve",
    "out_of_distribution",
)
