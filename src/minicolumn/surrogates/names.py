"""What surrogates are called, in one light module."""

from minicolumn.circuits.mechanisms import MECHANISMS, Mechanism
from minicolumn.registry.lookup import names

Architecture = str
"""One of `ARCHITECTURES`."""
ARCHITECTURES: tuple[Architecture, ...] = names("surrogate")

TrainingSet = str
"""One of `TRAINING_SETS`."""
ACH_SHUFFLED = "ach_shuffled"
"""The control: `combined` with ACh levels permuted within circuit."""
TRAINING_SETS: tuple[TrainingSet, ...] = (*MECHANISMS, ACH_SHUFFLED)


def source_mechanism(training_set: str) -> Mechanism:
    """Return the mechanism whose simulations a training set is made of.

    Raises
    ------
    ValueError
        If the training set is unknown; the message lists the known ones.

    Examples
    --------
    >>> source_mechanism("synaptic"), source_mechanism("ach_shuffled")
    ('synaptic', 'combined')
    """
    if training_set not in TRAINING_SETS:
        raise ValueError(
            f"training set {training_set!r} is unknown; known: "
            f"{', '.join(TRAINING_SETS)}"
        )
    return "combined" if training_set == ACH_SHUFFLED else training_set
