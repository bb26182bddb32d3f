"""Windows of spikes, simulated or recorded, as rows of the statistics tables.

The two branches of the workflow meet here: both are cut to trains of the same length,
rounded to the same millisecond and described by the same function with the same number
of units.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from minicolumn.config import Statistics
from minicolumn.outcomes import Outcome
from minicolumn.statistics.describe import describe_matched, subset_rng
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.trains import SpikeTrains, cut_window


def describe_simulations(
    simulations: pa.Table, matching: Statistics, seed: int
) -> dict[str, list[Any]]:
    """Return the columns of `tables.SIMULATED_STATISTICS`, one row per simulation.

    A simulation that did not stay finite keeps its row, and all its statistics are
    missing.
    """
    keys = ("circuit_id", "mechanism", "level", "outcome", "duration_s")
    columns = {key: simulations[key].to_pylist() for key in keys}
    columns["n_units"] = [matching.n_units] * simulations.num_rows
    described = []
    for row, (circuit_id, outcome, duration_s) in enumerate(
        zip(*(columns[k] for k in ("circuit_id", "outcome", "duration_s")), strict=True)
    ):
        if outcome == Outcome.NOT_FINITE:
            described.append(dict.fromkeys(STATISTIC_NAMES, np.nan))
            continue
        time_ms = simulations["spike_time_ms"][row].values.to_numpy()
        trains = SpikeTrains(
            simulations["spike_unit"][row].values.to_numpy(),
            time_ms.astype(np.float64) / 1e3,
            simulations["n_units"][row].as_py(),
            duration_s,
        )
        described.append(describe_window(trains, matching, seed, circuit_id))
    return columns | _by_statistic(described)


def describe_recording(
    units: pa.Table, epochs: pa.Table, matching: Statistics, seed: int
) -> dict[str, list[Any]]:
    """Return the columns of `tables.RECORDED_STATISTICS`, one row per epoch.

    ``units`` are those that passed selection; every epoch is described over the same
    random subsets of them.
    """
    spike_times_s = [train.values.to_numpy() for train in units["spike_times_s"]]
    keys = ("session_id", "epoch", "state")
    columns = {key: epochs[key].to_pylist() for key in keys}
    start_s = epochs["start_s"].to_numpy()
    duration_s = epochs["stop_s"].to_numpy() - start_s
    columns["duration_s"] = duration_s.tolist()
    columns["n_units"] = [matching.n_units] * epochs.num_rows
    described = [
        describe_window(
            cut_window(spike_times_s, start, duration), matching, seed, session
        )
        for session, start, duration in zip(
            columns["session_id"], start_s, duration_s, strict=True
        )
    ]
    return columns | _by_statistic(described)


def describe_window(
    trains: SpikeTrains, matching: Statistics, seed: int, identity: int
) -> dict[str, float]:
    """Return the statistics of one window, by name.

    ``identity`` is the circuit or session, which fixes the subsets of its units.
    """
    return describe_matched(
        trains.rounded_to_ms(),
        matching.n_units,
        matching.n_subsets,
        subset_rng(seed, identity),
    )


def _by_statistic(described: list[dict[str, float]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in described] for name in STATISTIC_NAMES}
