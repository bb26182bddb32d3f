"""Time and memory of export and import as a function of the number of circuits.

The tables contain random numbers, which compress worse than those of a real run. Each
step is a separate process, whose peak memory is printed.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import yaml

from minicolumn.circuit_archives.importing import Import
from minicolumn.circuit_archives.mapping import Expected
from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.circuits.family import family
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config import Config, parse_config
from minicolumn.export.dataset import export
from minicolumn.export.facts import Run
from minicolumn.export.layout import circuits_archive, tables_of
from minicolumn.files.columns import parameter_columns
from minicolumn.files.origin import sealed
from minicolumn.files.store import write_parts, write_table
from minicolumn.files.tables import CIRCUITS, SIMULATED_STATISTICS

ROOT = Path(__file__).parents[1]
TIMES = (1, 4)
WITH_PARAMETERS = CIRCUITS.plus(*parameter_columns(family("ei").parameters))


def main() -> None:
    """Print one row per size and step."""
    heads = (
        f"{'circuits':>9} {'step':>9} {'rows':>9} {'wall s':>7} {'MB':>6}",
        "on disk",
    )
    print(*heads, "MB")
    cfg = published()
    for times in TIMES:
        n_circuits = times * cfg.circuits.count
        n_rows = n_circuits * len(MECHANISMS) * len(cfg.acetylcholine.levels)
        with tempfile.TemporaryDirectory() as name:
            make_tables(Path(name), cfg, n_circuits)
            for step, made in (("start", "none"), ("export", "out"), ("import", "in")):
                wall_s, peak_mb = measured(step, name)
                files = Path(name, made).rglob("*")
                disk_mb = sum(f.stat().st_size for f in files if f.is_file()) / 1e6
                print(
                    f"{n_circuits:9} {step:>9} {n_rows:9} {wall_s:7.1f} {peak_mb:6.0f} "
                    f"{disk_mb:10.1f}",
                    flush=True,
                )


def published() -> Config:
    """Return the configuration at published size."""
    return parse_config(yaml.safe_load((ROOT / "config.yaml").read_text()))


def measured(step: str, directory: str) -> tuple[float, float]:
    """Return seconds and peak memory in MB of one step in a process of its own."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, __file__, step, directory])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{step} failed")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def make_tables(directory: Path, cfg: Config, n_circuits: int) -> None:
    """Write shards of circuits and statistics, as a run writes them."""
    rng = np.random.default_rng(1)
    per_shard, levels = cfg.circuits.per_shard, cfg.acetylcholine.levels
    for first in range(0, n_circuits, per_shard):
        ids = np.arange(first, first + per_shard)
        ranges = [(cfg.prior[n].low, cfg.prior[n].high) for n in PARAMETER_NAMES]
        columns = {
            name: rng.uniform(*ends, per_shard)
            for name, ends in zip(PARAMETER_NAMES, ranges, strict=True)
        }
        path = directory / f"circuits-{first:06d}.parquet"
        write_table(path, WITH_PARAMETERS, {"circuit_id": ids, **columns})
        n = per_shard * len(levels)
        for mechanism in MECHANISMS:
            path = directory / f"{mechanism}-{first:06d}.parquet"
            keys = {
                "circuit_id": np.repeat(ids, len(levels)),
                "mechanism": [mechanism] * n,
                "level": np.tile(levels, per_shard),
                "outcome": ["ok"] * n,
                "duration_s": np.full(n, cfg.simulation.duration_s),
                "n_units": np.full(n, cfg.statistics.n_units),
            }
            values = {
                name: rng.lognormal(size=n)
                for name in SIMULATED_STATISTICS.names
                if name not in keys
            }
            write_table(path, SIMULATED_STATISTICS, keys | values)


def export_tables(directory: Path) -> None:
    """Write the data set of these tables, without recordings and models."""
    cfg = published()
    empty = {}
    for table in tables_of(family(cfg.circuits.family)):
        path = directory / f"empty-{table.name}.parquet"
        write_table(path, table.schema, {name: [] for name in table.schema.names})
        empty[table.name] = [str(path)]
    tables = empty | {
        "circuits": paths(directory, "circuits"),
        "simulated_statistics": [p for m in MECHANISMS for p in paths(directory, m)],
    }
    scores = directory / "scores.json"
    scores.write_bytes(sealed({"scores": []}))
    run = Run(
        name=cfg.run,
        title=cfg.export.title,
        own_license=cfg.export.license,
        seed=cfg.seed,
        levels=cfg.acetylcholine.levels,
        duration_s=cfg.simulation.duration_s,
        n_units=cfg.statistics.n_units,
        imported=False,
        family=cfg.circuits.family,
    )
    export(directory / "out", run, tables, [], str(scores))


def paths(directory: Path, kind: str) -> list[str]:
    """Return the shards of one kind in their order."""
    return sorted(str(path) for path in directory.glob(f"{kind}-*.parquet"))


def import_archives(directory: Path) -> None:
    """Read the archives of the data set back."""
    cfg = published()
    imported = Import(
        cfg.circuits.archives.fields,
        cfg.circuits.archives.limits,
        Expected(
            cfg.prior,
            cfg.acetylcholine.levels,
            cfg.simulation.duration_s,
            cfg.statistics.n_units,
            cfg.simulation.runaway_hz,
        ),
    )
    for mechanism in MECHANISMS:
        archive = directory / "out" / circuits_archive(mechanism)
        parts = imported.statistics(archive, mechanism)
        path = directory / "in" / f"{mechanism}.parquet"
        write_parts(path, SIMULATED_STATISTICS, parts)
    write_table(directory / "in" / "c.parquet", WITH_PARAMETERS, imported.circuits())
    if imported.refusals:
        sys.exit(str(imported.refusals[0]))


STEPS = {"start": lambda _: None, "export": export_tables, "import": import_archives}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        STEPS[sys.argv[1]](Path(sys.argv[2]))
    else:
        main()
