"""Currents between groups, how sure they are, and whether their timing matters."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.config.theory import Curbd
from minicolumn.curbd.activity import Activity
from minicolumn.curbd.network import Fit, fit, initial_weights
from minicolumn.keys import Stream, generator
from minicolumn.states import STATES

Floats = NDArray[np.floating]


def current_rows(
    session_id: int, state: str, activity: Activity, settings: Curbd, seed: int
) -> Iterator[dict[str, Any]]:
    """Yield rows of `tables.CURRENTS`, but ``compared``, for one session in one state.

    Every second epoch is fitted. What follows each bin of the others is then forecast
    from their activity, with all groups as they are, and with one source shifted in
    time: the control, in which nothing is left of a source but its mean and its rhythm.
    """
    fitted, others = activity.epochs[::2], activity.epochs[1::2]
    place = STATES.index(state)
    initial = [
        initial_weights(
            len(activity.group),
            settings.network.gain,
            generator(seed, Stream.CURBD_WEIGHTS, session_id, place, network),
        )
        for network in range(settings.seeds)
    ]
    found = fit(fitted, np.stack(initial), settings.bin_s, settings.network)
    rng = generator(seed, Stream.CURBD_SHIFTS, session_id, place)
    for target in activity.groups:
        to = activity.group == target
        flows = {
            name: currents(found, to, activity.group == name)
            for name in activity.groups
        }
        spread = {name: one.var(axis=0).sum(axis=1) for name, one in flows.items()}
        whole = np.sum(list(spread.values()), axis=0)
        straight = forecast(found, others, others, to, settings)
        for source, flow in flows.items():
            of = activity.group == source
            moved = forecast(found, others, shifted(others, of, rng), to, settings)
            agreement = agreements(flow)
            for network in range(settings.seeds):
                yield {
                    "session_id": session_id,
                    "state": state,
                    "network": network,
                    "target": target,
                    "source": source,
                    "n_target": int(to.sum()),
                    "n_source": int(of.sum()),
                    "share": float(spread[source][network] / whole[network]),
                    "mean": float(flow[:, network].mean()),
                    "agreement": agreement[network],
                    "explained": float(found.explained[network]),
                    "forecast": straight[network],
                    "forecast_shifted": moved[network],
                }


def currents(found: Fit, to: NDArray[np.bool_], of: NDArray[np.bool_]) -> Floats:
    """Return currents into some units from others, (bins, networks, units)."""
    weights = found.weights[:, to][:, :, of]
    rates = np.concatenate(found.rates)[:, :, of]
    return np.einsum("kij,tkj->tki", weights, rates)


def agreements(flow: Floats) -> list[float]:
    """Return the mean correlation of each network's currents with the others'.

    ``flow`` is (bins, networks, units); each unit's current is compared over time.
    """
    n = flow.shape[1]
    table = np.full((n, n), np.nan)
    for one, other in combinations(range(n), 2):
        table[one, other] = table[other, one] = correlation(
            flow[:, one], flow[:, other]
        )
    return np.nanmean(table, axis=1).tolist()


def correlation(one: Floats, other: Floats) -> float:
    """Return the correlation over bins of (bins, units), each unit about its mean."""
    one, other = one - one.mean(axis=0), other - other.mean(axis=0)
    size = np.sqrt(np.sum(one**2) * np.sum(other**2))
    return float(np.sum(one * other) / size) if size > 0 else np.nan


def shifted(
    epochs: Sequence[Floats], of: NDArray[np.bool_], rng: np.random.Generator
) -> list[Floats]:
    """Return epochs in which some units are shifted in time, around all epochs.

    By at least a quarter of the whole: far longer than any correlation.
    """
    whole = np.concatenate(epochs)
    by = rng.integers(len(whole) // 4, len(whole) - len(whole) // 4, endpoint=True)
    whole[:, of] = np.roll(whole[:, of], by, axis=0)
    return np.split(whole, np.cumsum([len(one) for one in epochs])[:-1])


def forecast(
    found: Fit,
    seen: Sequence[Floats],
    sources: Sequence[Floats],
    to: NDArray[np.bool_],
    settings: Curbd,
) -> list[float]:
    """Return the correlation of changes from bin to bin with those forecast.

    One for each network, over the units ``to``. The activity ``seen``, and that which
    the networks receive, ``sources``, are (bins, units) in each epoch.
    """
    kept = np.exp(-settings.bin_s / settings.network.tau_s)
    change = np.concatenate([np.diff(one[:, to], axis=0) for one in seen])
    before = np.concatenate([one[:-1, to] for one in seen])
    received = np.concatenate([one[:-1] for one in sources])
    found_changes = [
        np.tanh(kept * np.arctanh(before) + (1 - kept) * received @ weights[to].T)
        - before
        for weights in found.weights
    ]
    return [correlation(one, change) for one in found_changes]
