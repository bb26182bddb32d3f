"""What fits do to connections: the exponentiated update, and a clamp beside it."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from tuned_fits import STARTS, Fitted, fitted
from tuned_gradient import Bar
from tuned_mice import configuration

from minicolumn.tuning.drift import Drift, drifts


def connections(n_mice: int, few: int, seed: int) -> Iterator[Bar]:
    """Yield what the exponentiated update does to connections, and the clamp."""
    own = fitted("nearest", STARTS, n_mice, seed)
    clamped = fitted("nearest", 1, few, seed, **_rates("clamp", RATES["clamp"][1]))
    for update, found in (("exponentiated", own), ("clamp", clamped)):
        moved = every_drift(found)
        corr = float(np.median([one.correlation for one in moved]))
        spread = float(np.median([one.sd_after / one.sd_before for one in moved]))
        lost, flipped = (
            sum(getattr(one, name) for one in moved) for name in ("n_lost", "n_flipped")
        )
        told = (
            f"{flipped} flips, {lost} of {sum(one.n for one in moved):,} lost, "
            f"correlation {corr:.3f}, log-SD x {spread:.2f}"
        )
        holds = not (lost or flipped) and corr >= 0.9 and abs(spread - 1) <= 0.1
        judged = update == "exponentiated"
        demand = "0, 0, >= .90, within 10 %" if judged else "beside it"
        yield Bar(f"`{update}`", demand, told, holds if judged else None)


RATES = {
    "exponentiated": (0.02, 0.05, 0.1),
    "clamp": (0.0005, 0.002, 0.005),
    "cell_types": (0.05,),
    "fixed": (0.0,),
}
"""Of the front; those of the clamp in uS."""


def _rates(update: str, rate: float) -> dict[str, Any]:
    own = configuration().tuned.rates.model_dump() | {"weights": rate}
    return {"update": update, "rates": tuple(own.items())}


def every_drift(found: Fitted) -> list[Drift]:
    """Return what each fit did to its connections."""
    return list(drifts(dict(enumerate(found.fits))))


def front(n_mice: int, seed: int, noise_seeds: Sequence[int]) -> Iterator[list[str]]:
    """Yield fit against drift: update, rate, seeds, z after, drift of log weights."""
    for update, rates in RATES.items():
        for rate in rates:
            run = partial(fitted, "nearest", 1, n_mice, seed)
            every = [run(noise_seed=s, **_rates(update, rate)) for s in noise_seeds]
            z = [float(np.median(one.distances("fitted"))) for one in every]
            moved = [d for one in every for d in every_drift(one)]
            yield [
                *(f"`{update}`", f"{rate:g}"),
                ", ".join(f"{one:.2f}" for one in z),
                f"{np.median([one.correlation for one in moved]):.3f}",
                f"{np.median([one.moved for one in moved]):.2f}",
                f"{100 * sum(d.n_lost for d in moved) / sum(d.n for d in moved):.1f} %",
            ]
