"""What fits say about running, beside their starts and the nearest circuits."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from tuned_fits import STARTS, Fitted, fitted
from tuned_gradient import Bar
from tuned_mice import Floats, Judged, configuration, starts

from minicolumn.circuits.circuit import build_circuits
from minicolumn.scoring.reliability import observe_changes, undecided
from minicolumn.scoring.resampling import Resampling, session_interval
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.tuning.answers import RUNNING, answers
from minicolumn.tuning.fit import Fits
from minicolumn.tuning.starts import Rows

NEAREST = 20
TRIALS = 2
FITS, ALONE = "three fits", "nearest-1"
MANY, SAMPLES = f"nearest-{NEAREST}", f"posterior-{NEAREST}"


class Told(NamedTuple):
    """Changes of a mouse by what predicts them, and the observed ones, (11,) each."""

    predicted: Mapping[str, Floats]
    observed: Floats
    decided: Any

    def right(self, name: str) -> int:
        """How many decided directions a prediction has right."""
        same = np.sign(self.predicted[name]) == np.sign(self.observed)
        return int((same & self.decided).sum())


def told(mouse: Judged, fits: Fits) -> Told:
    """Return what circuits say of a mouse under the mechanism that acts in it."""
    by_fits = changes(mouse, fits, TRIALS)
    by_near, by_samples = (
        changes(mouse, unfitted(starts(kind, NEAREST, mouse.session)), 1)
        for kind in ("nearest", "posterior")
    )
    predicted = {
        FITS: by_fits[by_fits["fitted"]],
        "their starts": by_fits[~by_fits["fitted"]],
        ALONE: by_near[by_near["start"] == 0],
        MANY: by_near,
        SAMPLES: by_samples,
    }
    names = list(STATISTIC_NAMES)
    return Told(
        {key: one[names].mean().to_numpy(float) for key, one in predicted.items()},
        *observed(mouse),
    )


def unfitted(rows: Rows) -> Fits:
    """Return circuits as if they were the starts of fits that were not made."""
    none = np.empty((0, 1))
    return Fits(build_circuits(rows, configuration()), [], [], none, none, none)


def changes(mouse: Judged, fits: Fits, trials: int) -> pd.DataFrame:
    """Return the change of each circuit, one row each: running minus rest."""
    cfg = configuration()
    identity = mouse.session.identity
    rows = list(answers(identity, fits, cfg.states.levels, trials, cfg.statistics, cfg))
    frame = pd.DataFrame(rows)
    running = frame["state"] == RUNNING
    keys, names = ["fitted", "start"], list(STATISTIC_NAMES)
    acting = frame[running & (frame["mechanism"] == mouse.truth)]
    means: list[pd.DataFrame] = [
        one.groupby(keys)[names].mean() for one in (acting, frame[~running])
    ]
    return (means[0] - means[1]).reset_index()


def observed(mouse: Judged) -> tuple[Floats, Any]:
    """Return the observed change, and which directions are decided, (11,) each."""
    cfg = configuration()
    least, resampling = cfg.epochs.per_state_at_least, Resampling(cfg.seed, 2000)
    compared = cfg.states.compared
    rows = pd.DataFrame(observe_changes([mouse.session], least, resampling, compared))
    change, se, df = (rows[name].to_numpy(float) for name in ("change", "se", "df"))
    open_ = undecided(change, se, df, cfg.prediction.undecided_below_se)
    return change, np.isfinite(change) & ~open_


def running(n_mice: int, seed: int, outside: bool = False) -> Iterator[Bar]:
    """Yield how many decided directions fits have right, against other circuits."""
    found = fitted("nearest", STARTS, n_mice, seed, outside=outside)
    every = every_told(found)
    n = np.array([one.decided.sum() for one in every])
    where = "mice outside the prior" if outside else "running"
    shares = {
        name: sum(one.right(name) for one in every) / n.sum()
        for name in every[0].predicted
    }
    each = ", ".join(f"{name} {share:.3f}" for name, share in shares.items())
    told = f"{each} ({n.sum()} decided of {len(every)} mice)"
    bar = None if outside else shares[FITS] >= 0.9
    yield Bar(f"{where}, decided signs", "baseline" if outside else ">= .90", told, bar)
    for other in (ALONE, MANY, SAMPLES):
        judged = (other != ALONE) if outside else (other == ALONE)
        yield difference(where, every, n, other, judged)


def every_told(found: Fitted) -> Sequence[Told]:
    """Return what the fits of each mouse say of it."""
    return [
        told(mouse, fits) for mouse, fits in zip(found.mice, found.fits, strict=True)
    ]


def difference(
    where: str, every: Sequence[Told], n: Any, other: str, judged: bool
) -> Bar:
    """Return by how much fits are right more often, with an interval over mice."""
    fits, others = (
        np.array([one.right(name) for one in every], float) for name in (FITS, other)
    )

    def gain(fits: Any, others: Any, n: Any, axis: int = -1) -> Any:
        return (fits - others).sum(axis=axis) / np.maximum(n.sum(axis=axis), 1)

    columns = fits, others, n.astype(float)
    interval = session_interval(gain, columns, Resampling(1), "percentile")
    low, high = interval or (np.nan, np.nan)
    told = f"{gain(*columns):+.3f}, 95 % interval {low:+.3f} to {high:+.3f}"
    demand = "interval above 0" if judged else "beside it"
    return Bar(
        f"{where}: fits minus {other}", demand, told, low > 0 if judged else None
    )
