"""The three mechanisms of acetylcholine, their rivals, and what users add, by name.

In the published data set they are v14a (synaptic), v14b (depolarizing) and v14c
(combined).
"""

from minicolumn.registry.lookup import names

Mechanism = str
"""One of `MECHANISMS`."""
MECHANISMS: tuple[Mechanism, ...] = names("mechanism")

# What the published data set calls them; it has no other.
_PUBLISHED = {"synaptic": "v14a", "depolarizing": "v14b", "combined": "v14c"}
VARIANTS = {name: _PUBLISHED.get(name, name) for name in MECHANISMS}

Rival = str
"""One of `RIVALS`."""
RIVALS: tuple[Rival, ...] = names("rival")
"""What else may act instead of acetylcholine, as far as the configuration says."""

Truth = str
"""One of `CLASSES`."""
NONE = "none"
"""The class of mice whose ACh does not change, and in which no rival acts."""
ACTING: tuple[Truth, ...] = (*MECHANISMS, *RIVALS)
"""What may act in a mouse."""
CLASSES: tuple[Truth, ...] = (*ACTING, NONE)
