"""The three mechanisms of acetylcholine, by the names used everywhere.

In the published data set they are v14a (synaptic), v14b (depolarizing) and v14c
(combined).
"""

from typing import Literal, get_args

Mechanism = Literal["synaptic", "depolarizing", "combined"]
MECHANISMS: tuple[Mechanism, ...] = get_args(Mechanism)

# What the published data set calls them.
VARIANTS: dict[Mechanism, str] = {
    "synaptic": "v14a",
    "depolarizing": "v14b",
    "combined": "v14c",
}

Truth = Mechanism | Literal["none"]
NONE: Literal["none"] = "none"
"""The class of mice whose ACh does not change: none of these mechanisms."""

CLASSES: tuple[Truth, ...] = (*MECHANISMS, NONE)
