"""What groups of fresh mice are called, in one light module."""

from minicolumn.circuits.mechanisms import ACTING, MECHANISMS, RIVALS

LEARNED_NULLS = ("nothing_changes", "less_drive", "noise")
LIKE_LEARNED = (*ACTING, *LEARNED_NULLS)
"""Groups of mice of the kinds that inference learns from."""
UNSEEN_NULLS = ("common_input", "bursts", "lost_spikes")
NULLS = (*LEARNED_NULLS, *UNSEEN_NULLS)
OUT_OF_DISTRIBUTION = ("common_background", "another_prior", "poisson")

BY_RISE = {f"{name}_by_rise": name for name in MECHANISMS}
"""Mice of one mechanism at given rises and doses."""
RISES = (1.2, 1.5, 3.0, 10.0, 100.0)
"""ACh while running over that at rest: at each it is said what can be found."""
N_DOSES = 2
"""The lowest and the highest."""

# The circuits of a group follow from its place, so rivals are last.
GROUPS = (*MECHANISMS, *NULLS, *OUT_OF_DISTRIBUTION, *BY_RISE, *RIVALS)
