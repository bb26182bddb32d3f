"""What fitted circuits gain from each kind of update, as Markdown.

Sessions of a finished demonstration (``make demo``), which are SYNTHETIC mice, are
fitted again with each update of ``tuned.update``. Judged are evaluation epochs at rest,
which no fit has seen: the root mean square of the distance over statistics, in standard
deviations of one epoch, median over fits.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from markdown_table import table

from minicolumn.config import Config, parse_config
from minicolumn.config.settings import settings_of
from minicolumn.files.store import columns_of, read_table, read_tables
from minicolumn.files.tables import (
    CIRCUITS,
    COHORT,
    RECORDED_STATISTICS,
    SESSIONS,
    SIMULATED_STATISTICS,
    TUNED_STATISTICS,
)
from minicolumn.learning.splits import SplitRule
from minicolumn.sessions.session import Session, scored, sessions_of
from minicolumn.simulation.device import prepare
from minicolumn.tuning.answers import answers
from minicolumn.tuning.attempt import attempt
from minicolumn.tuning.checks import check_rows
from minicolumn.tuning.starts import Bank, Starts
from minicolumn.tuning.targets import epoch_sd
from minicolumn.yaml_files import read_yaml

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "results" / "demo"
TRIALS = 2


def main() -> None:
    """Print one row for each update."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mice", type=int, default=4)
    parser.add_argument(
        "--updates", nargs="+", default=["exponentiated", "cell_types", "fixed"]
    )
    arguments = parser.parse_args()
    prepare()
    rows = [row(update, arguments.mice) for update in arguments.updates]
    header = ("update", "fits", "before", "conditioning epochs", "evaluation epochs")
    print("\n".join(table((*header, "nearer than before", "core s"), rows)))


def row(update: str, n_mice: int) -> list[str]:
    """Return the cells of one update."""
    started = time.process_time()
    found = pd.concat([of_session(one, update) for one in sessions(n_mice)])
    core_s = time.process_time() - started
    trained = found[found["trained"]].set_index(["session_id", "start"])
    distance = trained[NAMES].pow(2).groupby(level=[0, 1]).mean().pow(0.5)
    middle = distance.median()
    nearer = (distance["z_after"] < distance["z_before"]).mean()
    return [
        *(f"`{update}`", f"{len(distance)}"),
        *(f"{middle[name]:.2f}" for name in ("z_before", "z_target_after", "z_after")),
        *(f"{100 * nearer:.0f} %", f"{core_s:.0f}"),
    ]


NAMES = ["z_before", "z_after", "z_target_after"]


def configuration(update: str) -> Config:
    """Return that of the demonstration's fits, with an update."""
    overlays = [read_yaml(ROOT / name) for name in ("demo.yaml", "tuned.yaml")]
    chosen = {"tuned": {"update": update}}
    return parse_config(settings_of(read_yaml(ROOT / "config.yaml"), *overlays, chosen))


def sessions(n: int) -> list[Session]:
    """Return as many sessions of the demonstration, spread over its mechanisms."""
    recorded = scored(
        read_tables(sorted(DEMO.glob("statistics/recorded/*")), RECORDED_STATISTICS),
        read_tables(sorted(DEMO.glob("sessions/*.parquet")), SESSIONS),
    )
    every = list(sessions_of(recorded))
    return [every[place] for place in np.linspace(0, len(every) - 1, n).astype(int)]


def of_session(session: Session, update: str) -> pd.DataFrame:
    """Return the rows of `tables.TUNED_CHECKS` of fits of a session."""
    cfg = configuration(update)
    simulated = sorted(DEMO.glob("statistics/simulated/synaptic/*.parquet"))
    bank = Bank.of(
        read_tables(sorted(DEMO.glob("circuits/*.parquet")), CIRCUITS),
        read_tables(simulated, SIMULATED_STATISTICS),
        SplitRule(cfg.seed, **cfg.surrogates.split()),
    )
    least = cfg.tuned.epochs_at_least
    nothing = read_table(simulated[0], SIMULATED_STATISTICS).slice(0, 0)
    starts = Starts("nearest", cfg.tuned.n_starts, bank, nothing, least, cfg.seed)
    sd = epoch_sd(read_tables(sorted(DEMO.glob("cohort/*.parquet")), COHORT), cfg.tuned)
    fits = attempt([session], starts, sd, cfg.tuned, cfg.statistics, cfg)
    told = answers(
        session.identity, fits, cfg.states.levels, TRIALS, cfg.statistics, cfg
    )
    rows = columns_of(list(told), TUNED_STATISTICS.names)
    described = pa.table(rows, TUNED_STATISTICS.arrow())
    checks = check_rows([session], {session.identity: fits}, described, sd, cfg.tuned)
    return pd.DataFrame(list(checks))


if __name__ == "__main__":
    main()
