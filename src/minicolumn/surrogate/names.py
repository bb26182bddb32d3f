"""What surrogates are called, in one light module."""

from typing import Literal, get_args

from minicolumn.mechanisms import MECHANISMS, Mechanism

Architecture = Literal["transformer", "mlp", "xgboost"]
ARCHITECTURES: tuple[Architecture, ...] = get_args(Architecture)

TrainingSet = Mechanism | Literal["baseline"]
TRAINING_SETS: tuple[TrainingSet, ...] = (*MECHANISMS, "baseline")


def source_mechanism(training_set: str) -> Mechanism:
    """Return the mechanism whose simulations a training set is made of.

    The baseline is ``combined`` with ACh levels permuted within circuit.
    """
    for mechanism in MECHANISMS:
        if training_set == mechanism:
            return mechanism
    if training_set == "baseline":
        return "combined"
    raise ValueError(
        f"training set {training_set!r} is unknown; known: {', '.join(TRAINING_SETS)}"
    )
