"""What groups of fresh mice are called, in one light module."""

from minicolumn.circuits.mechanisms import MECHANISMS

LEARNED_NULLS = ("nothing_changes", "less_drive", "noise")
UNSEEN_NULLS = ("common_input", "bursts", "lost_spikes")
NULLS = (*LEARNED_NULLS, *UNSEEN_NULLS)
OUT_OF_DISTRIBUTION = ("common_background", "another_prior", "poisson")
GROUPS = (*MECHANISMS, *NULLS, *OUT_OF_DISTRIBUTION)
