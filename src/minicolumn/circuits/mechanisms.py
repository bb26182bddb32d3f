"""The three mechanisms of acetylcholine, and what users add, by name.

In the published data set they are v14a (synaptic), v14b (depolarizing) and v14c
(combined).
"""

from minicolumn.registry import with_added

Mechanism = str
"""One of `MECHANISMS`."""

OWN = ("synaptic", "depolarizing", "combined")
MECHANISMS: tuple[Mechanism, ...] = with_added(OWN, "mechanism")

# What the published data set calls them.
VARIANTS: dict[Mechanism, str] = {
    "synaptic": "v14a",
    "depolarizing": "v14b",
    "combined": "v14c",
} | {name: name for name in MECHANISMS if name not in OWN}

Truth = str
"""One of `CLASSES`."""

NONE = "none"
"""The class of mice whose ACh does not change: none of these mechanisms."""

CLASSES: tuple[Truth, ...] = (*MECHANISMS, NONE)
