"""The published table of directions, and what its own numbers are worth."""

from dataclasses import dataclass

import numpy as np

from minicolumn.circuits.mechanisms import Mechanism
from minicolumn.scoring.dissociation import BETWEEN, CONTRAST, Paired, mcnemar
from minicolumn.scoring.evidence import Evidence, evidence
from minicolumn.scoring.nulls import swap_null
from minicolumn.scoring.resampling import Resampling

SOURCE = (
    "Dataset card of ronniebasak/ach-cortical-circuits on Hugging Face, commit a40fd1c"
)
N_SESSIONS = 16
# The card does not say how long the epochs are, nor what tells running from rest.
EPOCHS = {"running": 2325, "stationary": 353, "sessions": 44, "with_both": N_SESSIONS}


@dataclass(frozen=True)
class PublishedScore:
    """One percentage of the published table, which is a count of 16 sessions."""

    statistic: str
    training_set: Mechanism
    percent: float
    matches: int

    @property
    def evidence(self) -> Evidence:
        """Intervals and p-value that the count allows."""
        result = evidence(self.matches, N_SESSIONS)
        assert result is not None
        return result

    @property
    def constant_guess(self) -> float:
        """Accuracy of the better constant guess, if the model itself was one.

        Directions by session were not published. If a model said the same direction for
        every session, then the sessions split as its matches do, and "always that" or
        "always the opposite" scores this much.
        """
        return max(self.matches, N_SESSIONS - self.matches) / N_SESSIONS


PUBLISHED = (
    PublishedScore("pairwise_corr", "synaptic", 75.0, 12),
    PublishedScore("pairwise_corr", "depolarizing", 25.0, 4),
    PublishedScore("pairwise_corr", "combined", 25.0, 4),
    PublishedScore("mean_rate", "synaptic", 12.5, 2),
    PublishedScore("mean_rate", "depolarizing", 87.5, 14),
    PublishedScore("mean_rate", "combined", 87.5, 14),
    PublishedScore("spectral_power", "synaptic", 68.8, 11),
    PublishedScore("spectral_power", "depolarizing", 68.8, 11),
    PublishedScore("spectral_power", "combined", 68.8, 11),
)


def paired() -> list[Paired]:
    """Compare the two mechanisms of the claim where their counts are complements.

    Then each session is right for one of them only, whatever the directions were.
    """
    matches = {(one.statistic, one.training_set): one.matches for one in PUBLISHED}
    found = []
    for statistic in BETWEEN:
        first, second = (matches[statistic, mechanism] for mechanism in CONTRAST)
        if first + second == N_SESSIONS:
            p = mcnemar(first, second)
            found.append(Paired(statistic, N_SESSIONS, first, second, p))
    return found


def interaction_p() -> tuple[float, float]:
    """Return the smallest and the largest p-value the double dissociation may have.

    It depends on how many sessions are wrong for the first mechanism in `BETWEEN`'s
    first statistic and for the second in its second at once, which was not published.
    """
    one, other = paired()
    wrong, odd = one.second_only, other.first_only
    p = []
    for both in range(min(wrong, odd) + 1):
        contrast = np.repeat(
            [2.0, 0.0, -2.0],
            [N_SESSIONS - wrong - odd + both, wrong + odd - 2 * both, both],
        )
        p.append(float(swap_null(contrast[None], Resampling(seed=0)).p[0]))
    return min(p), max(p)
