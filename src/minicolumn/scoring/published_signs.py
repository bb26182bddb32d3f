"""What acetylcholine was found to do to population activity, and who reproduces it.

A mechanism that cannot do what acetylcholine was seen to do in animals is no
explanation of what it does in others. Only directions are compared: preparations,
doses and statistics differ too much for sizes.
"""

from dataclasses import dataclass
from enum import StrEnum


class Reproduction(StrEnum):
    """Whether simulated circuits change as was published."""

    YES = "yes"
    OPPOSITE = "opposite"
    UNDECIDED = "undecided"
    UNSCORED = "not scored"


@dataclass(frozen=True)
class PublishedSign:
    """One published effect.

    Attributes
    ----------
    source, preparation, compared
        Who found it, in which animals and area, and what was compared with what.
    effect
        What was found, in the terms of the source.
    statistic, sign
        The statistic here that is closest to it, and whether that rises (1) or falls
        (-1); no statistic if none here measures it.
    cholinergic
        Whether acetylcholine was manipulated or isolated. Arousal and running raise it
        together with much else.
    """

    source: str
    preparation: str
    compared: str
    effect: str
    statistic: str | None
    sign: int
    cholinergic: bool = True

    def reproduced(self, low: float, high: float) -> Reproduction:
        """Return whether a change with this interval has the published sign.

        An undefined interval, NaN, decides nothing.
        """
        if self.statistic is None:
            return Reproduction.UNSCORED
        if not (low > 0 or high < 0):
            return Reproduction.UNDECIDED
        found = 1 if low > 0 else -1
        return Reproduction.YES if found == self.sign else Reproduction.OPPOSITE


_VINCK = {
    "source": "Vinck et al. 2015, Neuron 86:740",
    "preparation": "awake mouse, V1",
    "cholinergic": False,
}
SIGNS = (
    PublishedSign(
        "Goard & Dan 2009, Nat Neurosci 12:1444",
        "anesthetized rat, V1",
        "nucleus basalis stimulated",
        "neurons are less correlated",
        "pairwise_corr",
        -1,
    ),
    PublishedSign(
        "Pinto et al. 2013, Nat Neurosci 16:1857",
        "awake mouse, V1",
        "cholinergic neurons of the basal forebrain activated by light",
        "spikes are desynchronized",
        "synchrony_index",
        -1,
    ),
    PublishedSign(
        "Eggermann et al. 2014, Cell Rep 9:1654",
        "awake mouse, barrel cortex",
        "cholinergic input while whisking",
        "spontaneous activity is suppressed",
        "mean_rate",
        -1,
    ),
    PublishedSign(
        "Minces et al. 2017, PNAS 114:5725",
        "mouse, V1",
        "cholinergic input activated by light",
        "noise correlations depend less on signal correlations",
        None,
        -1,
    ),
    PublishedSign(
        **_VINCK,
        compared="arousal without running",
        effect="spontaneous rate falls",
        statistic="mean_rate",
        sign=-1,
    ),
    PublishedSign(
        **_VINCK,
        compared="arousal without running",
        effect="noise correlations fall",
        statistic="pairwise_corr",
        sign=-1,
    ),
    PublishedSign(
        **_VINCK,
        compared="running",
        effect="rate rises",
        statistic="mean_rate",
        sign=1,
    ),
)
"""By source. Simulations here have no stimulus, so signal correlations do not exist."""
