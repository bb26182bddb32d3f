"""Circuits, their simulation and statistics, for scripts and notebooks.

Each function calls what the workflow calls, with the same random streams: what it
returns for a circuit is what a run of the same configuration has written.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import ArrayLike

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Config
from minicolumn.files.store import columns_of
from minicolumn.files.tables import SIMULATIONS
from minicolumn.statistics.describe import describe as describe_window
from minicolumn.statistics.trains import cut_window
from minicolumn.statistics.windows import describe_simulations


def sample_circuits(circuits: int | Iterable[int], config: Config) -> pd.DataFrame:
    """Return parameters of circuits from the prior, one row each.

    ``circuits`` is how many, or their numbers. A circuit is the same whatever others
    are sampled with it.

    Examples
    --------
    >>> from minicolumn import read_config
    >>> sample_circuits([7], read_config("demo.yaml"))["n_neurons"].item()
    56.0
    """
    chosen = range(circuits) if isinstance(circuits, int) else circuits
    rows = parameter_rows(config.prior, config.seed, map(int, chosen))
    return pd.DataFrame(columns_of(rows, ("circuit_id", *config.prior)))


def simulate(
    circuits: pd.DataFrame,
    mechanism: str,
    config: Config,
    *,
    levels: Sequence[float] | None = None,
) -> pd.DataFrame:
    """Return the spikes of circuits at each ACh level under one mechanism.

    The first call compiles the model, for about a minute on a CPU.

    Parameters
    ----------
    circuits
        Of `sample_circuits`, or a table ``circuits``.
    mechanism
        One of the configuration's, or of an extension.
    config
        Of `read_config`: physics, duration and levels.
    levels
        ACh levels, 0 to 1, instead of those of ``config``.

    Returns
    -------
    DataFrame
        One row per circuit and level, as the table ``simulations``: ``spike_unit`` and
        ``spike_time_ms`` hold an array each; units below ``n_excitatory`` are
        excitatory.

    Raises
    ------
    ValueError
        If the mechanism is unknown, or a level is not between 0 and 1.
    """
    if mechanism not in MECHANISMS:
        raise ValueError(
            f"mechanism {mechanism!r} is unknown; known: {', '.join(MECHANISMS)}"
        )
    ach = config.acetylcholine
    chosen = ach.levels if levels is None else tuple(map(float, levels))
    if wrong := [level for level in chosen if not 0 <= level <= 1]:
        raise ValueError(f"levels={wrong} are not between 0 and 1")
    from minicolumn.simulation.device import prepare

    prepare()
    from minicolumn.simulation.shard import simulate_shard

    at_levels = {"acetylcholine": ach.model_copy(update={"levels": chosen})}
    rows = pa.Table.from_pandas(circuits, preserve_index=False).to_pylist()
    parts = simulate_shard(rows, mechanism, config.model_copy(update=at_levels))
    return pd.concat(map(pd.DataFrame, parts), ignore_index=True)


def describe(simulations: pd.DataFrame, config: Config) -> pd.DataFrame:
    """Return the statistics of simulations, one row each, as a run describes them.

    They are averages over subsets of ``statistics.n_units`` units, raw and at matched
    rates, so give all levels of a circuit together. Columns and order are those of the
    table ``simulated_statistics``; NaN is undefined.

    Parameters
    ----------
    simulations
        Of `simulate`, or a table ``simulations``.
    config
        Of `read_config`.
    """
    arrow = pa.Table.from_pandas(
        simulations[SIMULATIONS.names], SIMULATIONS.arrow(), preserve_index=False
    )
    return pd.DataFrame(describe_simulations(arrow, config.statistics, config.seed))


def describe_spikes(
    spike_times_s: Sequence[ArrayLike], duration_s: float, start_s: float = 0.0
) -> pd.Series:
    """Return the statistics of one window of spikes, over all its units.

    Most of them depend on the number of units and on the duration: compare windows that
    have the same.

    Parameters
    ----------
    spike_times_s
        Times of each unit's spikes, in s; those outside the window are left out.
    duration_s, start_s
        The window.

    Examples
    --------
    >>> clocks = [np.arange(0, 10, 0.1), np.arange(0.05, 10, 0.1)]
    >>> describe_spikes(clocks, duration_s=10.0)[["mean_rate", "cv_isi"]].round(3)
    mean_rate    10.0
    cv_isi        0.0
    dtype: float64
    """
    units = [np.asarray(times, dtype=float) for times in spike_times_s]
    trains = cut_window(units, start_s, duration_s)
    return pd.Series(describe_window(trains.rounded_to_ms()))
