"""What no session tells, and the mice of a cohort may share: rise and dose, or causes.

The mice of each mechanism are divided into strata by rise of ACh and dose, those
without a mechanism by what else changes their state, and the networks tell strata
apart. So a cohort whose mice are all alike in what is unknown can be told from one of
mice that differ. The strata of a class are equally probable a priori, as are classes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS, NONE
from minicolumn.config.mice import CAUSES
from minicolumn.sessions.simulated import Known

Floats = NDArray[np.float64]

N_RISES, N_DOSES = 4, 2
_BITS = 2 ** np.arange(len(CAUSES))
_GRID = (len(MECHANISMS), N_RISES, N_DOSES)
# What is left of the grid if rise, dose, both or neither are each mouse's own.
_SHARED = tuple(
    (len(MECHANISMS), n_rises, n_doses)
    for n_rises in (N_RISES, 1)
    for n_doses in (N_DOSES, 1)
)
N_CAUSES = 2 ** len(CAUSES)  # each is there or not
_ACTING = len(MECHANISMS) * N_RISES * N_DOSES
N_STRATA = _ACTING + N_CAUSES
# Prior probability of each stratum.
_LOG_PRIOR = -np.log(
    len(CLASSES) * np.repeat([N_RISES * N_DOSES, N_CAUSES], [_ACTING, N_CAUSES])
)


@dataclass(frozen=True)
class Pooling:
    """How much the sessions of a cohort may say together.

    Attributes
    ----------
    contamination
        Probability that a session says nothing about its cohort.
    correlation
        Of the errors of two sessions of a cohort. What a network has learned wrongly of
        some mice, it says of all that are like them, so n sessions weigh
        n / (1 + (n - 1) correlation): the design effect (Kish 1965, "Survey sampling").
    """

    contamination: float
    correlation: float


def strata_of(known: Known) -> NDArray[np.int64]:
    """Return the stratum of each simulated mouse, (mice,).

    Those of a mechanism hold about equally many mice.
    """
    acts = np.array(known.truths) != NONE
    rise, dose = (
        np.searchsorted(np.quantile(values[acts], np.arange(1, n) / n), values)
        for values, n in ((known.rise, N_RISES), (known.max_mV, N_DOSES))
    )
    mechanism = np.where(acts, known.classes, 0)
    place = np.ravel_multi_index((mechanism, rise, dose), _GRID)
    named = np.array(
        [[name in one.split("+") for name in CAUSES] for one in known.causes]
    )
    return np.where(acts, place, _ACTING + named.reshape(-1, len(CAUSES)) @ _BITS)


def tempered(logits: Floats, temperature: float) -> Floats:
    """Return log probabilities of strata, (..., strata).

    The hotter, the nearer to the prior, in which strata are not alike.
    """
    return log_softmax(_LOG_PRIOR + (logits - _LOG_PRIOR) / temperature, axis=-1)


def of_classes(log_probability: Floats) -> Floats:
    """Return the log probability of each class, (..., classes), from (..., strata)."""
    by_mechanism, none = _by_class(log_probability)
    return np.append(
        _log_sum(by_mechanism, (-2, -1))[..., 0, 0], _log_sum(none, (-1,)), axis=-1
    )


def evidence(log_probability: Floats, contamination: float) -> Floats:
    """Return what each session says in a cohort, (..., sessions, parts).

    A part is a stratum, or all that differ in what is each mouse's own. With the
    probability ``contamination``, a session says nothing. ``log_probability`` is that
    of the strata of each session, (..., sessions, strata).
    """
    # A session's likelihood is proportional to its posterior over the prior.
    by_mechanism, none = _by_class(log_probability - _LOG_PRIOR)
    parts = [none, _log_mean(none, (-1,))]
    for shape in _SHARED:
        own = tuple(axis for axis in (-2, -1) if shape[axis] == 1)
        mean = _log_mean(by_mechanism, own)
        parts.append(mean.reshape(*none.shape[:-1], np.prod(shape)))
    told = np.log1p(-contamination) + np.concatenate(parts, axis=-1)
    return np.logaddexp(told, np.log(contamination))


def together(said: Floats, correlation: float, where: Any = True) -> Floats:
    """Return the log posterior of the classes of a cohort, (..., classes).

    Given the class, and whatever the mice share, sessions are independent. They may
    share the rise, the dose, both or neither, or without a mechanism the causes or not;
    these are equally probable. What they share is integrated over as a whole, what is
    each mouse's own, mouse by mouse.

    ``said`` is the `evidence` of each session, (..., sessions, parts), and
    ``correlation`` as of `Pooling`; only sessions ``where``, (..., sessions, 1), count.
    """
    n = np.broadcast_to(where, said.shape).sum(axis=-2)
    total = said.sum(axis=-2, where=where) / (1 + np.maximum(n - 1, 0) * correlation)
    sizes = [int(np.prod(shape)) for shape in _SHARED]
    ends = np.cumsum([N_CAUSES, 1, *sizes[:-1]])
    shared, own, *parts = np.split(total, ends, axis=-1)
    of_mechanisms = [
        _log_mean(part.reshape(*part.shape[:-1], *shape), (-2, -1))[..., 0, 0]
        for part, shape in zip(parts, _SHARED, strict=True)
    ]
    either = _log_mean(np.stack(of_mechanisms), (0,))[0]
    none = _log_mean(np.append(_log_mean(shared, (-1,)), own, axis=-1), (-1,))
    return log_softmax(np.append(either, none, axis=-1), axis=-1)


def _by_class(strata: Floats) -> tuple[Floats, Floats]:
    """Return (..., mechanisms, rises, doses) and, without one, (..., causes)."""
    acting, none = np.split(strata, [_ACTING], axis=-1)
    return acting.reshape(*acting.shape[:-1], *_GRID), none


def _log_sum(values: Floats, axes: tuple[int, ...]) -> Floats:
    """Return the logarithm of the sum of exponentials; axes are kept."""
    for axis in axes:
        values = np.logaddexp.reduce(values, axis=axis, keepdims=True)
    return values


def _log_mean(values: Floats, axes: tuple[int, ...]) -> Floats:
    return _log_sum(values, axes) - np.log(np.prod([values.shape[a] for a in axes]))
