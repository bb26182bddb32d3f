"""Whether a posterior means what it says, on mice that training never saw.

Simulation-based calibration (Talts et al. 2018, arXiv:1804.06788): the true value of a
parameter takes every rank among the draws equally often. Expected coverage (Deistler et
al. 2022, arXiv:2210.04815): the region of highest density that holds a share of the
posterior holds the truth in that share of mice. Both by `sbi.diagnostics`. A posterior
that only repeats the prior passes both; contraction and correlation tell what it knows.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sbi.diagnostics.sbc import check_uniformity_frequentist, run_sbc
from torch import Tensor

from minicolumn.inference.circuits.conditioning import RestingMice
from minicolumn.inference.circuits.posterior import CircuitPosterior
from minicolumn.keys import Stream, generator, integer_seed
from minicolumn.learning.training import seeded

_RANK_BINS = 10
LEVELS = tuple(np.round(np.arange(0.05, 1.0, 0.05), 2).tolist())


@dataclass(frozen=True)
class PosteriorChecks:
    """The contents of ``posterior.json``.

    Attributes
    ----------
    n_mice, draws
        Held-out mice, and draws from each posterior.
    rank_counts, ks_p
        Ranks of the true value in ten equal bins, and their Kolmogorov-Smirnov p-value
        against uniform ones, by parameter.
    levels, coverage
        Shares of the posterior, and of the mice whose truth they hold.
    contraction
        1 minus the ratio of posterior to prior variance, by number of epochs and
        parameter.
    correlation
        Of truth and posterior mean with all epochs, by parameter.
    """

    n_mice: int
    draws: int
    rank_counts: dict[str, tuple[int, ...]]
    ks_p: dict[str, float]
    levels: tuple[float, ...]
    coverage: tuple[float, ...]
    contraction: dict[int, dict[str, float]]
    correlation: dict[str, float | None]


def check(
    posterior: CircuitPosterior, held_out: RestingMice, draws: int, seed: int
) -> PosteriorChecks:
    """Return all checks, with ``draws`` from the posterior of each mouse.

    Mice ``held_out`` are those of the test split: one circuit each, so that ranks are
    independent. What is watched of each, and the draws, follow from ``seed``.
    """
    rng = generator(seed, Stream.POSTERIOR_CHECKS)
    z = posterior.prior.to_normal(held_out.inputs, rng)
    known = held_out.watched(rng)
    ranks = sbc_ranks(posterior, z, posterior.conditions(known), draws, seed)
    names = posterior.prior.names
    per_parameter, of_density = ranks[:, : len(names)], ranks[:, -1]
    edges = np.linspace(0, draws + 1, _RANK_BINS + 1)
    counts = [np.histogram(one, edges)[0].tolist() for one in per_parameter.numpy().T]
    ks_p = check_uniformity_frequentist(per_parameter, draws).tolist()
    contraction, correlation = _what_is_known(posterior, held_out, z, draws, seed)
    return PosteriorChecks(
        n_mice=len(held_out),
        draws=draws,
        rank_counts=dict(zip(names, map(tuple, counts), strict=True)),
        ks_p=dict(zip(names, ks_p, strict=True)),
        levels=LEVELS,
        coverage=tuple(coverage(of_density.numpy() / draws).tolist()),
        contraction=contraction,
        correlation=correlation,
    )


def sbc_ranks(
    posterior: CircuitPosterior,
    z: NDArray[np.float64],
    conditions: Tensor,
    draws: int,
    seed: int,
) -> Tensor:
    """Return ranks of the truth among the draws, (mice, names and density).

    The last column ranks the density of the truth among the densities of the draws.
    """
    target = posterior.for_sbi()

    def density(theta: Tensor, x: Tensor) -> Tensor:
        # The prior is unbounded in these coordinates: nothing leaks, so the
        # correction for leakage, which takes thousands of draws, would be 1.
        return target.log_prob(theta, x=x, norm_posterior=False)

    marginals = [lambda theta, x, k=k: theta[:, k] for k in range(z.shape[1])]

    with (
        seeded(integer_seed(seed, Stream.POSTERIOR_CHECKS)),
        warnings.catch_warnings(),
    ):
        # Few mice are said to be few in the result; a smaller batch is no concern.
        warnings.filterwarnings("ignore", "Number of SBC samples", UserWarning)
        warnings.filterwarnings("ignore", "Capping max_sampling", UserWarning)
        ranks, _ = run_sbc(
            torch.as_tensor(z, dtype=torch.float32),
            conditions,
            target,
            num_posterior_samples=draws,
            reduce_fns=[*marginals, density],
            show_progress_bar=False,
        )
    return ranks


def coverage(share_below: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the share of mice whose truth each of `LEVELS` of the posterior holds.

    ``share_below`` is the share of draws that are less dense than the truth, (mice,).
    """
    outermost = 1 - np.asarray(share_below, dtype=float)
    return np.array([np.mean(outermost <= level) for level in LEVELS])


def _what_is_known(
    posterior: CircuitPosterior,
    held_out: RestingMice,
    z: NDArray[np.float64],
    draws: int,
    seed: int,
) -> tuple[dict[int, dict[str, float]], dict[str, float | None]]:
    names = posterior.prior.names
    most, contraction, means = held_out.most_epochs, {}, np.empty_like(z)
    for n_epochs in sorted({most, *(2**i for i in range(most.bit_length()))}):
        rng = generator(seed, Stream.POSTERIOR_CHECKS, n_epochs)
        known = held_out.watched(rng, at_most=n_epochs)
        found = posterior.coordinates(known, draws, seed, key=n_epochs)
        means = found.mean(axis=1)
        # The prior variance is 1 in these coordinates.
        left = 1 - found.var(axis=1).mean(axis=0)
        contraction[n_epochs] = dict(zip(names, left.tolist(), strict=True))
    correlation = {
        name: _correlation(z[:, place], means[:, place])
        for place, name in enumerate(names)
    }
    return contraction, correlation


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float | None:
    if len(a) < 3 or a.std() == 0 or b.std() == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])
