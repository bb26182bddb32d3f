"""What no session tells, and the mice of a cohort may share: rise and dose, or causes.

The mice of each mechanism are divided into strata by rise of ACh and dose, those of
each rival by its strength, those in which none acts by what else changes their state,
and the networks tell strata apart. So a cohort whose mice are all alike in what is
unknown can be told from one of mice that differ. The strata of a class are equally
probable a priori, as are classes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS, RIVALS
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
N_STRENGTHS = 4
_STRENGTHS = (len(RIVALS), N_STRENGTHS)
N_CAUSES = 2 ** len(CAUSES)  # each is there or not
# Strata of mechanisms, of rivals and without either.
_SIZES = (int(np.prod(_GRID)), int(np.prod(_STRENGTHS)), N_CAUSES)
N_STRATA = sum(_SIZES)
# Prior probability of each stratum.
_LOG_PRIOR = -np.log(
    len(CLASSES) * np.repeat([N_RISES * N_DOSES, N_STRENGTHS, N_CAUSES], _SIZES)
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

    Those of a mechanism, or of a rival, hold about equally many mice.
    """
    acts = np.isin(known.truths, MECHANISMS)
    rise, dose = (
        _part(values, acts, n)
        for values, n in ((known.rise, N_RISES), (known.max_mV, N_DOSES))
    )
    mechanism = np.where(acts, known.classes, 0)
    place = np.ravel_multi_index((mechanism, rise, dose), _GRID)
    named = np.array(
        [[name in one.split("+") for name in CAUSES] for one in known.causes]
    )
    without = sum(_SIZES[:2]) + named.reshape(-1, len(CAUSES)) @ _BITS
    strata = np.where(acts, place, without)
    for k, rival in enumerate(RIVALS):
        mine = np.equal(known.truths, rival)
        first = _SIZES[0] + k * N_STRENGTHS
        strata[mine] = first + _part(known.strength, mine, N_STRENGTHS)[mine]
    return strata


def _part(values: Floats, among: NDArray[np.bool_], n: int) -> NDArray[np.int64]:
    """Return in which of ``n`` parts a value lies, equally many ``among`` in each."""
    if not among.any():
        return np.zeros(len(values), np.int64)
    return np.searchsorted(np.quantile(values[among], np.arange(1, n) / n), values)


def tempered(logits: Floats, temperature: float) -> Floats:
    """Return log probabilities of strata, (..., strata).

    The hotter, the nearer to the prior, in which strata are not alike.
    """
    return log_softmax(_LOG_PRIOR + (logits - _LOG_PRIOR) / temperature, axis=-1)


def of_classes(log_probability: Floats) -> Floats:
    """Return the log probability of each class, (..., classes), from (..., strata)."""
    by_mechanism, by_rival, none = _by_class(log_probability)
    of_each = (
        _log_sum(by_mechanism, (-2, -1))[..., 0, 0],
        _log_sum(by_rival, (-1,))[..., 0],
        _log_sum(none, (-1,)),
    )
    return np.concatenate(of_each, axis=-1)


def evidence(log_probability: Floats, contamination: float) -> Floats:
    """Return what each session says in a cohort, (..., sessions, parts).

    A part is a stratum, or all that differ in what is each mouse's own. With the
    probability ``contamination``, a session says nothing. ``log_probability`` is that
    of the strata of each session, (..., sessions, strata).
    """
    # A session's likelihood is proportional to its posterior over the prior.
    by_mechanism, by_rival, none = _by_class(log_probability - _LOG_PRIOR)
    parts = [none, _log_mean(none, (-1,))]
    parts.append(by_rival.reshape(*none.shape[:-1], _SIZES[1]))
    parts.append(_log_mean(by_rival, (-1,))[..., 0])
    for shape in _SHARED:
        own = tuple(axis for axis in (-2, -1) if shape[axis] == 1)
        mean = _log_mean(by_mechanism, own)
        parts.append(mean.reshape(*none.shape[:-1], np.prod(shape)))
    told = np.log1p(-contamination) + np.concatenate(parts, axis=-1)
    return np.logaddexp(told, np.log(contamination))


def together(said: Floats, correlation: float, where: Any = True) -> Floats:
    """Return the log posterior of the classes of a cohort, (..., classes).

    Given the class, and whatever the mice share, sessions are independent. They may
    share the rise, the dose, both or neither, the strength of a rival or not, or
    without either the causes or not; these are equally probable. What they share is
    integrated over as a whole, what is each mouse's own, mouse by mouse.

    ``said`` is the `evidence` of each session, (..., sessions, parts), and
    ``correlation`` as of `Pooling`; only sessions ``where``, (..., sessions, 1), count.
    """
    n = np.broadcast_to(where, said.shape).sum(axis=-2)
    total = said.sum(axis=-2, where=where) / (1 + np.maximum(n - 1, 0) * correlation)
    sizes = [int(np.prod(shape)) for shape in _SHARED]
    ends = np.cumsum([N_CAUSES, 1, _SIZES[1], len(RIVALS), *sizes[:-1]])
    shared, own, as_strong, rivals, *parts = np.split(total, ends, axis=-1)
    of_mechanisms = [
        _log_mean(part.reshape(*part.shape[:-1], *shape), (-2, -1))[..., 0, 0]
        for part, shape in zip(parts, _SHARED, strict=True)
    ]
    either = _log_mean(np.stack(of_mechanisms), (0,))[0]
    as_strong = as_strong.reshape(*as_strong.shape[:-1], *_STRENGTHS)
    of_rivals = np.stack([_log_mean(as_strong, (-1,))[..., 0], rivals])
    rival = _log_mean(of_rivals, (0,))[0]
    none = _log_mean(np.append(_log_mean(shared, (-1,)), own, axis=-1), (-1,))
    return log_softmax(np.concatenate([either, rival, none], axis=-1), axis=-1)


def _by_class(strata: Floats) -> tuple[Floats, Floats, Floats]:
    """Return strata of mechanisms, of rivals and of neither.

    They are (..., mechanisms, rises, doses), (..., rivals, strengths), (..., causes).
    """
    acting, rivals, none = np.split(strata, np.cumsum(_SIZES[:2]), axis=-1)
    each = strata.shape[:-1]
    return acting.reshape(*each, *_GRID), rivals.reshape(*each, *_STRENGTHS), none


def _log_sum(values: Floats, axes: tuple[int, ...]) -> Floats:
    """Return the logarithm of the sum of exponentials; axes are kept."""
    for axis in axes:
        values = np.logaddexp.reduce(values, axis=axis, keepdims=True)
    return values


def _log_mean(values: Floats, axes: tuple[int, ...]) -> Floats:
    return _log_sum(values, axes) - np.log(np.prod([values.shape[a] for a in axes]))
