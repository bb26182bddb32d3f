"""What a whole connectome costs, by its size, as Markdown.

The tables are SYNTHETIC. One circuit under the combined mechanism, at all ACh levels of
the configuration: seconds to read the tables, the first time with the libraries for it,
and core seconds for each simulated second, once the program is compiled.
"""

import argparse
import os
import resource
import runpy
import tempfile
import time
from pathlib import Path

from markdown_table import table

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.connectome.measured import measured
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Config, parse_config
from minicolumn.config.settings import settings_of
from minicolumn.simulation.device import prepare
from minicolumn.simulation.packing import padding_of
from minicolumn.simulation.runs import runs_at_levels
from minicolumn.simulation.simulate import simulate
from minicolumn.yaml_files import read_yaml

ROOT = Path(__file__).parents[1]
EXAMPLE = runpy.run_path(str(ROOT / "docs" / "connectome" / "synthetic.py"))
KINDS = dict(zip(EXAMPLE["SHARES"], ("exc", "vip", "sst", "pv"), strict=True))


def main() -> None:
    """Print one row for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 500, 2000])
    parser.add_argument("--seconds", type=float, default=1.0)
    arguments = parser.parse_args()
    prepare()
    header = (
        "neurons",
        "connections",
        "places in the padding",
        "tables read (s)",
        "core s per simulated s",
        "peak memory so far (MB)",
    )
    rows = [row(n, arguments.seconds) for n in arguments.sizes]
    print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}\n")
    print("\n".join(table(header, rows)))


def row(n: int, seconds: float) -> list[str]:
    """Return the cells of one size."""
    with tempfile.TemporaryDirectory() as directory:
        EXAMPLE["write"](Path(directory), n)
        cfg = configuration(Path(directory), n, seconds)
        started = time.monotonic()
        found = measured(cfg.circuits.connectome)
        read_s = time.monotonic() - started
        circuits = build_circuits(parameter_rows(cfg.prior, cfg.seed, [0]), cfg)
    runs = runs_at_levels(circuits, "combined", cfg)
    core_s = []
    for _ in range(2):  # the first compiles
        before = time.process_time()
        list(simulate(runs, cfg))
        core_s.append(time.process_time() - before)
    simulated_s = seconds + cfg.simulation.warmup_s
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    padded = sum(padding_of(circuits[0]))
    return [
        *(f"{n:,}", f"{found.strength.nnz:,}", f"{padded:,}", f"{read_s:.2f}"),
        *(f"{core_s[-1] / simulated_s:.1f}", f"{memory_mb:,.0f}"),
    ]


def configuration(directory: Path, n: int, seconds: float) -> Config:
    """Return the configuration of circuits that are the whole of a table."""
    tables = {
        "connections": str(directory / "synthetic_connections.csv"),
        "neurons": str(directory / "synthetic_neurons.csv"),
        "columns": {"strength": "synapses"},
        "types": KINDS,
    }
    overlay = {
        "circuits": {"family": "connectome", "connectome": tables},
        "prior": {"n_neurons": {"low": n, "high": n}},
        "simulation": {"warmup_s": 0.1, "duration_s": seconds},
    }
    return parse_config(settings_of(read_yaml(ROOT / "config.yaml"), overlay))


if __name__ == "__main__":
    main()
