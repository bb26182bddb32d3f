"""A statistic: CV2 of Holt et al. (1996), 1 for a Poisson process and 0 for a clock."""

import numpy as np

from minicolumn.registry import statistic

CV2 = "CV2: 2 |I2 - I1| / (I2 + I1) of successive intervals"


@statistic("cv2", unit="1", scale="log", domain=(0, 2), description=CV2)
def cv2(trains, members):
    """Return the mean over the active units of each subset, (n_subsets,)."""
    from minicolumn.statistics.intervals import interspike_intervals
    from minicolumn.statistics.missing import mean_over_members, ratio

    unit, isi_s = interspike_intervals(trains)
    pairs = np.diff(unit) == 0  # both intervals belong to the same unit
    terms = 2 * np.abs(np.diff(isi_s)[pairs]) / (isi_s[1:] + isi_s[:-1])[pairs]
    total = np.bincount(unit[1:][pairs], weights=terms, minlength=trains.n_units)
    n_terms = np.bincount(unit[1:][pairs], minlength=trains.n_units)
    return mean_over_members(ratio(total, n_terms), members)
