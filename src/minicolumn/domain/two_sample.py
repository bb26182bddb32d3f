"""Whether a cohort of sessions could be a draw of simulated circuits.

Both tests permute who is a session and who a simulation, so their p-values are exact
for whatever number of sessions. They need windows that are independent of each other:
one per session and one per circuit.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import pdist
from scipy.stats import rankdata
from sklearn.linear_model import Ridge
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from minicolumn.domain.space import Floats

PERMUTATIONS = 999
FOLDS = 5


@dataclass(frozen=True)
class TwoSample:
    """A difference between sessions and simulations, and its p-value."""

    value: float
    p: float


def maximum_mean_discrepancy(
    sessions: Floats, simulations: Floats, rng: np.random.Generator
) -> TwoSample:
    """Return MMD^2 with a Gaussian kernel as wide as the median distance.

    ``mean k(x, x') + mean k(y, y') - 2 mean k(x, y)`` (Gretton et al. 2012, JMLR
    13:723), x the sessions and y the simulations, each (windows, d).
    """
    values = np.vstack([sessions, simulations])
    width = np.median(pdist(values))
    kernel = rbf_kernel(values, gamma=1 / (2 * width**2))
    chosen = _labels(len(sessions), len(values), rng)
    n, m = len(sessions), len(simulations)
    to_all = kernel @ chosen
    within = (chosen * to_all).sum(axis=0)
    to_others = to_all.sum(axis=0) - within
    among_others = kernel.sum() - 2 * to_others - within
    mmd = within / n**2 + among_others / m**2 - 2 * to_others / (n * m)
    return _tested(mmd)


def classifier_two_sample(
    sessions: Floats, simulations: Floats, rng: np.random.Generator
) -> TwoSample:
    """Return the area under the ROC curve of a classifier that tells them apart.

    0.5: cannot be told apart. A ridge regression on all products of two statistics, so
    that it sees differences of spread and correlation, too; cross-validated. Each fold
    holds whole circuits and sessions because they have one window each. One fit serves
    all permutations, as columns of the same regression.
    """
    values = np.vstack([sessions, simulations])
    chosen = _labels(len(sessions), len(values), rng)
    classifier = make_pipeline(
        PolynomialFeatures(2, include_bias=False), StandardScaler(), Ridge(alpha=10.0)
    )
    folds = KFold(
        min(FOLDS, len(values)), shuffle=True, random_state=int(rng.integers(2**31))
    )
    scores = cross_val_predict(classifier, values, chosen, cv=folds)
    ranks = rankdata(scores, axis=0)
    n, m = len(sessions), len(simulations)
    auc = ((chosen * ranks).sum(axis=0) - n * (n + 1) / 2) / (n * m)
    return _tested(auc)


def _labels(n_chosen: int, n: int, rng: np.random.Generator) -> Floats:
    """Return who is a session: truly in the first column, permuted in the others."""
    truth = (np.arange(n) < n_chosen).astype(float)
    return np.column_stack(
        [truth, *(rng.permutation(truth) for _ in range(PERMUTATIONS))]
    )


def _tested(values: Floats) -> TwoSample:
    # Permutations may tie with the truth; rounding must not break such ties.
    as_large = np.sum(values[1:] >= values[0] - 1e-12)
    return TwoSample(float(values[0]), float((1 + as_large) / len(values)))
