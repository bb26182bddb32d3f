"""Cost of reading sealed tables against plain pyarrow, in CPU time.

Writes tables of the published size: a shard of simulations (100 circuits at 11 levels,
spikes of 10 s) and the statistics of it. Both ways are read in turns, so that whatever
else the machine does meets both: ``python benchmarks/reading.py [repeats]``.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from markdown_table import table

from minicolumn.files.store import Schema, read_table, write_table
from minicolumn.files.tables import SIMULATED_STATISTICS, SIMULATIONS

N_CIRCUITS, N_LEVELS, N_UNITS, RATE_HZ, DURATION_S = 100, 11, 50, 12.0, 10.0


def main() -> None:
    """Print CPU time of both ways and their ratio, for both tables."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        for schema, columns in (
            (SIMULATIONS, simulations()),
            (SIMULATED_STATISTICS, statistics()),
        ):
            path = Path(directory) / f"{schema.name}.parquet"
            write_table(path, schema, columns)
            rows.append(compared(path, schema, repeats))
    heads = ("table", "MB", "pyarrow, ms of CPU", "sealed, ms of CPU", "ratio")
    print("\n".join(table(heads, rows)))


def compared(path: Path, schema: Schema, repeats: int) -> tuple[str, ...]:
    """Return a row of the result: medians of both, and the median of their ratios."""

    def plain() -> object:
        return pq.ParquetFile(path).read(use_threads=False)

    def sealed() -> object:
        return read_table(path, schema)

    pairs = [(cpu_ms(plain), cpu_ms(sealed)) for _ in range(repeats + 1)][1:]
    ratio = median(ours / theirs for theirs, ours in pairs)
    both = (f"{median(one):.2f}" for one in zip(*pairs, strict=True))
    return schema.name, f"{path.stat().st_size / 1e6:.2f}", *both, f"{ratio:.2f}"


def cpu_ms(read: Callable[[], object]) -> float:
    """Return the CPU time of one call in ms."""
    start = time.process_time()
    read()
    return 1e3 * (time.process_time() - start)


def simulations() -> dict[str, Any]:
    """Return a shard of random spikes."""
    rng = np.random.default_rng(1)
    n = N_CIRCUITS * N_LEVELS
    counts = rng.poisson(RATE_HZ * DURATION_S * N_UNITS, n)
    times_ms = [np.sort(rng.uniform(0, 1e3 * DURATION_S, one)) for one in counts]
    return {
        **keys(),
        "n_units": np.full(n, N_UNITS),
        "n_excitatory": np.full(n, int(0.8 * N_UNITS)),
        "duration_s": np.full(n, DURATION_S),
        "spike_unit": [rng.integers(0, N_UNITS, one) for one in counts],
        "spike_time_ms": [one.astype(np.float32) for one in times_ms],
    }


def statistics() -> dict[str, Any]:
    """Return random statistics of the same shard."""
    rng = np.random.default_rng(1)
    n = N_CIRCUITS * N_LEVELS
    known = {**keys(), "duration_s": np.full(n, DURATION_S), "n_units": np.full(n, 25)}
    others = [name for name in SIMULATED_STATISTICS.names if name not in known]
    return known | {name: rng.lognormal(size=n) for name in others}


def keys() -> dict[str, Any]:
    """Return which circuit and level each row is of."""
    n = N_CIRCUITS * N_LEVELS
    return {
        "circuit_id": np.repeat(np.arange(N_CIRCUITS), N_LEVELS),
        "mechanism": ["synaptic"] * n,
        "level": np.tile(np.linspace(0, 1, N_LEVELS), N_CIRCUITS),
        "outcome": ["ok"] * n,
    }


if __name__ == "__main__":
    main()
