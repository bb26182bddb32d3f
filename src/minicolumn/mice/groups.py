"""What groups of fresh mice are called, in one light module."""

from minicolumn.circuits.mechanisms import MECHANISMS

LEARNED_NULLS = ("nothing_changes", "less_drive", "noise")
UNSEEN_NULLS = ("common_input", "bursts", "lost_spikes")
NULLS = (*LEARNED_NULLS, *UNSEEN_NULLS)
OUT_OF_DISTRIBUTION = ("common_background", "another_prior", "poisson")
FOLDS = (1.2, 1.5, 3.0, 10.0, 100.0)
"""Rises of ACh at which it is said what can be found."""

BY_FOLD = {f"{name}_{fold:g}-fold": (name, fold) for name in MECHANISMS for fold in FOLDS}
"""Mice of one mechanism and one rise, half at the lowest dose and half at the highest:
the mice of a cohort may share what no session tells."""

GROUPS = (*MECHANISMS, *NULLS, *OUT_OF_DISTRIBUTION, *BY_FOLD)
