"""Cost of describing simulations, stage by stage and beside simulating them on CPU.

Prints, for a few circuits at all ACh levels and published length, CPU time per window
of all threads: the fastest of several repeats. A stage that others share is counted
where it is met first. The share of the whole is more stable than the time itself.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import yaml

from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Config, parse_config
from minicolumn.files.tables import SIMULATIONS
from minicolumn.registry.lookup import entries
from minicolumn.simulation.shard import simulate_shard
from minicolumn.statistics import rate_matched, spectrum, windows
from minicolumn.statistics.describe import MIN_SPIKES, draw_members, subset_rng
from minicolumn.statistics.intervals import interspike_intervals
from minicolumn.statistics.trains import SpikeTrains, stacked, whole_counts

ROOT = Path(__file__).parents[1]
N_CIRCUITS = 8
REPEATS = 20
SHARED = (whole_counts, interspike_intervals, spectrum._last_spectrum)


def main() -> None:
    """Print one line per stage; the first simulation compiles and is not counted."""
    cfg = parse_config(yaml.safe_load((ROOT / "config.yaml").read_text()))
    simulations(cfg)
    simulating_s, table = cpu_s(lambda: simulations(cfg))
    whole_s = fastest_s(lambda: windows.describe_simulations(table, cfg.statistics, 1))
    spikes = table["spike_unit"].combine_chunks().flatten()
    print(f"{table.num_rows} windows of {len(spikes) / table.num_rows:.0f} spikes")
    rows = [("simulate", simulating_s), ("describe", whole_s), *stages(cfg, table)]
    for stage, seconds in rows:
        ms = 1e3 * seconds / table.num_rows
        print(f"{stage:32} {ms:8.3f} ms per window {100 * seconds / whole_s:7.1f} %")


def simulations(cfg: Config) -> pa.Table:
    """Simulate circuits of the prior at every level."""
    rows = parameter_rows(cfg.prior, cfg.seed, range(N_CIRCUITS))
    (part,) = simulate_shard(rows, "combined", cfg)
    arrays = [pa.array(part[f.name], f.type) for f in SIMULATIONS.arrow()]
    return pa.Table.from_arrays(arrays, schema=SIMULATIONS.arrow())


def stages(cfg: Config, table: pa.Table) -> Iterator[tuple[str, float]]:
    """Yield each stage of a description and its seconds, over all windows."""
    of_row = windows._simulated_trains(table)
    levels = list(cfg.acetylcholine.levels)
    every = [of_row(row) for row in range(table.num_rows)]
    yield (
        "trains of a table",
        fastest_s(lambda: [of_row(row) for row in range(len(every))]),
    )
    raw, fewer = [], []
    for first in range(0, len(every), len(levels)):
        circuit = every[first : first + len(levels)]
        match = rate_matched.RateMatch.between(circuit, levels)
        assert match is not None  # levels of one circuit
        rngs = [rate_matched.thinning_rng(1, first, k) for k in range(len(levels))]
        kept = [match.kept[level] for level in levels]
        thin = [*map(rate_matched.thinned, circuit, kept, rngs)]
        active = match.active(circuit[0].duration_s)
        for start in range(0, len(levels), windows.AT_ONCE):
            own = slice(start, start + windows.AT_ONCE)
            raw.append((circuit[own], None))
            fewer.append((thin[own], active))
    for kind, parts in (("raw", raw), ("at matched rates", fewer)):
        yield f"{kind}: stack, round", fastest_s(partial(rounded, parts))
        for name, seconds in of_statistics(cfg, parts):
            yield f"{kind}: {name}", seconds


def rounded(parts: list[tuple[list[SpikeTrains], Any]]) -> list[SpikeTrains]:
    """Return each part as one stack on the 1 ms grid."""
    return [stacked(own).rounded_to_ms() for own, _ in parts]


def of_statistics(
    cfg: Config, parts: list[tuple[list[SpikeTrains], Any]]
) -> list[tuple[str, float]]:
    """Return the seconds of each statistic, and of what it is the first to need."""
    n, size = cfg.statistics.n_subsets, cfg.statistics.n_units
    total = dict.fromkeys((one.name for one in entries("statistic")), 0.0)
    for trains, (_, active) in zip(rounded(parts), parts, strict=True):
        members = draw_members(np.ones(trains.n_units, bool), size, n, subset_rng(1, 1))
        mask = trains.counts >= MIN_SPIKES if active is None else active
        taken = {"all": members, "active": members & mask[..., None, :]}
        best = dict.fromkeys(total, np.inf)
        for _ in range(REPEATS):
            for shared in SHARED:
                shared.cache_clear()
            for one in entries("statistic"):
                over = taken[one.about["units"]]
                spent, _ = cpu_s(partial(one.made, trains, over))
                best[one.name] = min(best[one.name], spent)
        total = {name: total[name] + best[name] for name in total}
    return list(total.items())


def fastest_s(work: Callable[[], Any]) -> float:
    """Return the CPU seconds of ``work`` at its fastest."""
    return min(cpu_s(work)[0] for _ in range(REPEATS))


def cpu_s(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of ``work``, and what it returns."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


if __name__ == "__main__":
    main()
