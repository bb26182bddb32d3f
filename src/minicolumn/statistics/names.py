"""What the statistics are called, in one light module: eleven, and what users add.

Formulas and NaN rules stand where each is computed; tables, reports and tests iterate
over `STATISTICS`. `MATCHED` are the same statistics after thinning to equal rates
(`rate_matched`), in columns of their own: surrogates learn and predict only the former.
"""

from typing import NamedTuple

from minicolumn.registry import added, with_added


class Statistic(NamedTuple):
    """A population statistic: its column name, unit and one-line meaning."""

    name: str
    unit: str
    description: str


OWN = (
    Statistic("mean_rate", "Hz", "mean firing rate over all units"),
    Statistic("rate_cv", "1", "spread of unit rates: SD / mean over all units"),
    Statistic("cv_isi", "1", "irregularity: SD / mean of interspike intervals"),
    Statistic("lv", "1", "local variation of successive interspike intervals"),
    Statistic("burst_fraction", "1", "fraction of interspike intervals below 10 ms"),
    Statistic("fano", "1", "variance / mean of spike counts in 100 ms"),
    Statistic("pairwise_corr", "1", "mean correlation of 100 ms counts over pairs"),
    Statistic("synchrony_index", "1", "Golomb's chi on 10 ms counts"),
    Statistic("peak_freq", "Hz", "frequency of a significant spectral peak, 2-80 Hz"),
    Statistic("spectral_power", "log10", "population power 1-80 Hz over shot noise"),
    Statistic("low_gamma_ratio", "log10", "power at 1-10 Hz over power at 30-80 Hz"),
)

STATISTICS = OWN + tuple(
    Statistic(name, **one.about) for name, one in added("statistic").items()
)

STATISTIC_NAMES = with_added(tuple(one.name for one in OWN), "statistic")

EXTRAS = (
    Statistic(
        "fast_corr", "1", "correlation of 10 ms counts that a 25 ms jitter removes"
    ),
)
"""Described and checked beside the eleven, but neither learned nor predicted."""

DESCRIBED_NAMES = (*STATISTIC_NAMES, *(statistic.name for statistic in EXTRAS))

SUFFIX = "_matched"
SET_BY_MATCHING = ("mean_rate", "rate_cv")
"""Equal in all conditions once rates are, so no matched version would say anything."""

MATCHED = tuple(
    Statistic(f"{s.name}{SUFFIX}", s.unit, f"{s.description}, at matched rates")
    for s in (*STATISTICS, *EXTRAS)
    if s.name not in SET_BY_MATCHING
)

MATCHED_NAMES = tuple(statistic.name for statistic in MATCHED)

ALL_NAMES = (*DESCRIBED_NAMES, *MATCHED_NAMES)
"""Every statistic of a window, in the order of the tables' columns; eleven first."""


def raw_name(matched: str) -> str:
    """Return the statistic that a matched one is a version of.

    Examples
    --------
    >>> raw_name("fano_matched")
    'fano'
    """
    return matched.removesuffix(SUFFIX)
