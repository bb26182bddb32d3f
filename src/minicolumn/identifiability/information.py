"""Fisher information, and what it says of directions among the parameters.

Parameters are in SD of their prior, so information compares with what was known before:
of a direction with information 1 from all epochs, the variance is halved. For a linear
model with normal prior and noise all of this is exact; else it holds locally.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.floating]

IDENTIFIABLE = 1.0
"""Information from all epochs, above which a direction counts as identifiable."""


def information(*whitened: Floats) -> Floats:
    """Return the Fisher information of one epoch of each kind.

    It is (parameters, parameters). Each argument is a Jacobian (statistics, parameters)
    in units of independent noise of SD 1, as `SamplingNoise.whiten` makes it.
    """
    return sum((one.T @ one for one in whitened), start=np.zeros(()))


def spectrum(fisher: Floats) -> tuple[Floats, Floats]:
    """Return information and direction, stiff to sloppy, (n,) and (parameters, n)."""
    values, vectors = np.linalg.eigh(fisher)
    return np.maximum(values[::-1], 0.0), vectors[:, ::-1]


def n_identifiable(fisher: Floats, n_epochs: int) -> int:
    """Return the number of directions of which ``n_epochs`` halve the variance."""
    return int((n_epochs * spectrum(fisher)[0] > IDENTIFIABLE).sum())


def contraction(fisher: Floats, n_epochs: int) -> Floats:
    """Return 1 - posterior / prior variance of each parameter, (parameters,)."""
    posterior = np.linalg.inv(np.eye(len(fisher)) + n_epochs * fisher)
    return 1 - np.diag(posterior)


def reachable(whitened: Floats, n_epochs: int) -> Floats:
    """Return directions of statistics that parameters reach, orthonormal, (d, k).

    Those along which a change of parameters by one SD of the prior is more than the
    noise of the mean of ``n_epochs``.
    """
    left, size, _ = np.linalg.svd(whitened, full_matrices=False)
    return left[:, n_epochs * size**2 > IDENTIFIABLE]


def angle_deg(vector: Floats, basis: Floats) -> float:
    """Return the angle between a vector (d,) and a subspace (d, k), 0 to 90 degrees.

    NaN if the vector is 0.
    """
    length = np.linalg.norm(vector)
    if length == 0:
        return np.nan
    within = np.linalg.norm(basis.T @ vector)
    return float(np.degrees(np.arccos(np.clip(within / length, 0.0, 1.0))))


def chance_deg(n_statistics: int, n_directions: int) -> float:
    """Return the median angle of a random direction from a subspace of that size.

    The squared cosine has a beta distribution.

    Examples
    --------
    >>> chance_deg(2, 1), chance_deg(3, 3)
    (45.0, 0.0)
    """
    if n_directions in (0, n_statistics):
        return 90.0 if n_directions == 0 else 0.0
    halves = n_directions / 2, (n_statistics - n_directions) / 2
    return round(float(np.degrees(np.arccos(np.sqrt(stats.beta(*halves).median())))), 9)


def separation(
    difference: Floats, whitened: Floats, n_epochs: int
) -> tuple[float, float]:
    """Return how many SD two hypotheses are apart: circuit known, and unknown.

    Parameters
    ----------
    difference
        Between what both say of the statistics, in units of the noise of one epoch and
        whitened as ``whitened`` is, (d,).
    whitened
        Jacobian, (d, parameters): a circuit that is not known may take its part.
    n_epochs
        Of each kind.
    """
    known = n_epochs * difference @ difference
    covariance = np.eye(len(difference)) / n_epochs + whitened @ whitened.T
    unknown = difference @ np.linalg.solve(covariance, difference)
    return float(np.sqrt(known)), float(np.sqrt(unknown))
