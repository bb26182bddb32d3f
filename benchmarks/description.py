"""Cost of describing simulations compared with simulating them on CPU.

Prints CPU time of both, of all threads, for a few circuits at all ACh levels and
published length, and the share of the raw statistics in a description.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Config, parse_config
from minicolumn.files.tables import SIMULATIONS
from minicolumn.simulation.shard import simulate_shard
from minicolumn.statistics.trains import SpikeTrains
from minicolumn.statistics.windows import describe_simulations, describe_window

ROOT = Path(__file__).parents[1]
N_CIRCUITS = 8
REPEATS = 3


def main() -> None:
    """Print one line per step; the first simulation compiles and is not counted."""
    cfg = parse_config(yaml.safe_load((ROOT / "config.yaml").read_text()))
    simulations(cfg)
    simulating_s, table = cpu_s(lambda: simulations(cfg))
    describing_s = min(
        cpu_s(lambda: describe_simulations(table, cfg.statistics, 1))[0]
        for _ in range(REPEATS)
    )
    raw_s = min(cpu_s(lambda: raw_only(cfg, table))[0] for _ in range(REPEATS))
    n = table.num_rows
    for step, seconds in (
        ("simulate", simulating_s),
        ("describe", describing_s),
        ("describe, raw statistics alone", raw_s),
    ):
        share = 100 * seconds / simulating_s
        print(f"{step:32} {1e3 * seconds / n:8.2f} ms per window {share:6.1f} %")


def simulations(cfg: Config) -> pa.Table:
    """Simulate circuits of the prior at every level."""
    rows = parameter_rows(cfg.prior, cfg.seed, range(N_CIRCUITS))
    (part,) = simulate_shard(rows, "combined", cfg)
    arrays = [pa.array(part[f.name], f.type) for f in SIMULATIONS.arrow()]
    return pa.Table.from_arrays(arrays, schema=SIMULATIONS.arrow())


def raw_only(cfg: Config, table: pa.Table) -> None:
    """Describe every simulation without matching rates."""
    for row in range(table.num_rows):
        trains = SpikeTrains(
            table["spike_unit"][row].values.to_numpy(),
            table["spike_time_ms"][row].values.to_numpy().astype(float) / 1e3,
            table["n_units"][row].as_py(),
            cfg.simulation.duration_s,
        )
        describe_window(trains, cfg.statistics, 1, row)


def cpu_s(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of ``work``, and what it returns."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


if __name__ == "__main__":
    main()
