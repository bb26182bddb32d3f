"""The lists are made from what is said over each function."""

from minicolumn.statistics.names import (
    ALL_NAMES,
    DESCRIBED_NAMES,
    EXTRAS,
    MATCHED,
    STATISTIC_NAMES,
    STATISTICS,
    raw_name,
)

ELEVEN = (
    *("mean_rate", "rate_cv", "cv_isi", "lv", "burst_fraction", "fano"),
    *("pairwise_corr", "synchrony_index", "peak_freq", "spectral_power"),
    "low_gamma_ratio",
)


def test_columns_keep_their_order():
    """Published tables have it."""
    assert STATISTIC_NAMES == ELEVEN
    assert [*ELEVEN, "fast_corr"] == [*DESCRIBED_NAMES]
    assert ALL_NAMES[:12] == DESCRIBED_NAMES
    assert tuple(map(raw_name, ALL_NAMES[12:])) == (*ELEVEN[2:], "fast_corr")


def test_a_matched_statistic_is_the_raw_one_at_matched_rates():
    raw = {one.name: one for one in (*STATISTICS, *EXTRAS)}
    for one in MATCHED:
        of = raw[raw_name(one.name)]
        assert (one.unit, one.scale, one.units) == (of.unit, of.scale, of.units)
        assert one.domain == of.domain
        assert one.description == f"{of.description}, at matched rates"


def test_what_is_not_learned_is_said_over_the_function():
    assert [one.name for one in EXTRAS] == ["fast_corr"]
