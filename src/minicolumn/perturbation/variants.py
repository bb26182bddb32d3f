"""What is compared, by name, in one light module."""

from typing import NamedTuple

BIO = "bio"


class Variant(NamedTuple):
    """What a student has of biology, and of its training.

    Attributes
    ----------
    spikes
        Neurons spike and are reset; else each has a rate, a sigmoid of its input.
    dale
        A neuron excites all its targets or inhibits them all.
    local_inhibition
        Inhibitory neurons project within their area only.
    sparse
        Weights shrink with each step, small ones to 0.
    matched_trials
        Trials are matched one by one, besides the mean over trials.
    depression
        Release follows Tsodyks and Markram; else synapses are static.
    true_constants
        Of release, those of the reference circuit; else its times of recovery and of
        facilitation change places, so that synapses that depress facilitate.
    covariance
        Lagged covariances of neurons with areas and types are learned, too.
    """

    spikes: bool = True
    dale: bool = True
    local_inhibition: bool = True
    sparse: bool = True
    matched_trials: bool = True
    depression: bool = False
    true_constants: bool = True
    covariance: bool = False


STUDENTS = {
    BIO: Variant(),
    "bio_depression": Variant(depression=True),
    "bio_wrong_depression": Variant(depression=True, true_constants=False),
    "bio_covariance": Variant(covariance=True),
    "no_dale": Variant(dale=False),
    "no_spikes": Variant(spikes=False),
    "nonlocal_inhibition": Variant(local_inhibition=False),
    "no_sparsity": Variant(sparse=False),
    "no_trial_matching": Variant(matched_trials=False),
    "sigmoid": Variant(spikes=False, dale=False, local_inhibition=False, sparse=False),
}
"""Those of Sourmpis et al. (eLife 106827): ablations, and one without any biology.

Three more: two have synapses that change with use, as those of the reference circuit,
and one learns a third loss.
"""

ONE_AREA, *_ = COUPLINGS = ("one_area", "feedforward", "feedback")
"""How the areas of a reference circuit are connected."""

EVOKED, SPONTANEOUS = REGIMES = ("evoked", "spontaneous")
"""Trials with the stimulus, and without: students learn one kind and are tested on it.

Their windows are the same.
"""

LIGHT = ("drive_inhibition", "clamp_inhibition", "drive_excitation")
"""Manipulations by light."""
OPTOGENETIC = "optogenetic"
"""All of them together."""

NEAREST, POSTERIOR, GRADIENT = SELECTORS = ("nearest", "posterior", "gradient")
"""Whole circuits that are judged beside students, by what chose or fitted them.

Named as in predictions of sessions.
"""

SCORES = (
    *("skill", "scaled_skill", "sign", "group_skill", "within_correlation"),
    "go_error",
)
LOSSES = ("loss_neurons", "loss_trials")
"""Of held-out trials."""


def reference_names(couplings: tuple[str, ...], count: int) -> list[str]:
    """Return the names of reference circuits.

    Examples
    --------
    >>> reference_names(("feedback",), 2)
    ['feedback-0', 'feedback-1']
    """
    return [f"{coupling}-{k}" for coupling in couplings for k in range(count)]


def identity_of(reference: str, student: str, start: int) -> tuple[int, ...]:
    """Return what names a student's random numbers; no other student moves them.

    Both regimes share them.
    """
    return *(int.from_bytes(name.encode()) for name in (reference, student)), start
