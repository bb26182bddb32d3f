"""A recurrent network whose units follow recorded ones.

The activity ``phi(h)``, with ``phi = tanh``, obeys ``tau dh/dt = -h + J phi(h)``. At
each bin recursive least squares change ``J`` against the error of the activity, with
the network running freely on its own activity between (FORCE: Sussillo & Abbott 2009,
Neuron 63:544; for recordings, Perich et al. 2020).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minicolumn.config.theory import Network

Floats = NDArray[np.floating]

MOST_OF_TAU = 0.2
"""Longest step of integration, as a share of the time constant."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Networks fitted to the same activity from other initial weights.

    Attributes
    ----------
    weights
        (networks, to, from).
    rates
        Their own activity in each epoch that was fitted, (bins, networks, units).
    explained
        Share of the variance of the activity, of each network.
    """

    weights: Floats
    rates: tuple[Floats, ...]
    explained: Floats


def fit(
    epochs: Sequence[Floats],
    initial: Floats,
    bin_s: float,
    settings: Network,
) -> Fit:
    """Fit networks to activity.

    Parameters
    ----------
    epochs
        Activity below 1 in each epoch, (bins, units); each starts where its data do.
    initial
        Initial weights, (networks, units, units); see `initial_weights`.
    bin_s
        Length of a bin.
    settings
        Time constant, and the number of passes over all epochs.
    """
    weights = initial.copy()
    # The inverse correlation of the activity, from a prior of 1.
    inverse = np.broadcast_to(np.eye(weights.shape[1]), weights.shape).copy()
    for _ in range(settings.passes):
        for epoch in epochs:
            for rate, target in _followed(epoch, weights, bin_s, settings):
                _learn(weights, inverse, rate, rate - target)
    rates = tuple(
        np.stack([rate for rate, _ in _followed(epoch, weights, bin_s, settings)])
        for epoch in epochs
    )
    seen = np.concatenate([epoch[1:] for epoch in epochs])
    errors = np.concatenate(rates) - seen[:, None]
    explained = 1 - np.mean(errors**2, axis=(0, 2)) / np.var(seen)
    return Fit(weights, rates, explained)


def initial_weights(n_units: int, gain: float, rng: np.random.Generator) -> Floats:
    """Return random weights of SD ``gain / sqrt(n_units)``, (units, units)."""
    return gain * rng.standard_normal((n_units, n_units)) / np.sqrt(n_units)


def advanced(h: Floats, weights: Floats, bin_s: float, tau_s: float) -> Floats:
    """Return the state a bin later; states are (networks, units)."""
    n_steps = int(np.ceil(bin_s / (MOST_OF_TAU * tau_s)))
    for _ in range(n_steps):
        current = (weights @ np.tanh(h)[..., None])[..., 0]
        h = h + bin_s / n_steps / tau_s * (current - h)
    return h


def _followed(
    epoch: Floats, weights: Floats, bin_s: float, settings: Network
) -> Iterator[tuple[Floats, Floats]]:
    """Yield the activity of the networks, and of the data, from the second bin on.

    Weights may change between two of them.
    """
    h = np.tile(np.arctanh(epoch[0]), (len(weights), 1))
    for target in epoch[1:]:
        h = advanced(h, weights, bin_s, settings.tau_s)
        yield np.tanh(h), target


def _learn(weights: Floats, inverse: Floats, rate: Floats, error: Floats) -> None:
    """Take one step of recursive least squares, in place."""
    k = (inverse @ rate[..., None])[..., 0]
    c = 1 / (1 + np.sum(rate * k, axis=1))
    inverse -= c[:, None, None] * k[:, :, None] * k[:, None, :]
    weights -= c[:, None, None] * error[:, :, None] * k[:, None, :]
