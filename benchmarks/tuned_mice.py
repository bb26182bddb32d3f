"""What fits are judged on: fresh SYNTHETIC mice, and circuits to start from.

Mice are drawn from a seed of their own (``--seed``): settings were chosen with those of
one seed, and are judged by those of another. Circuits and the noise of epochs are those
of the demonstration, which has to be there (``make demo``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from minicolumn.circuits.circuit import Circuit, build_circuits
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config import Config, FreshMice, parse_config
from minicolumn.config.settings import settings_of
from minicolumn.files.store import columns_of, read_tables, table_of
from minicolumn.files.tables import (
    CIRCUITS,
    COHORT,
    POSTERIOR_SAMPLES,
    SIMULATED_STATISTICS,
    TUNED_STATISTICS,
)
from minicolumn.learning.splits import SplitRule
from minicolumn.mice.cohort import simulate_cohort
from minicolumn.mice.fresh import fresh_mice, physics_of
from minicolumn.sessions.session import Session, sessions_of
from minicolumn.tuning.answers import answers
from minicolumn.tuning.fit import Fits
from minicolumn.tuning.resting import describe_resting, resting_circuits
from minicolumn.tuning.starts import Bank, Starts
from minicolumn.tuning.targets import epoch_sd
from minicolumn.yaml_files import read_yaml

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "results" / "demo"
EPOCHS_PER_STATE = 12


def configuration(**tuned: Any) -> Config:
    """Return that of the demonstration's fits, with other settings."""
    overlays = [read_yaml(ROOT / name) for name in ("demo.yaml", "tuned.yaml")]
    values = settings_of(read_yaml(ROOT / "config.yaml"), *overlays, {"tuned": tuned})
    return parse_config(values)


@dataclass(frozen=True, eq=False)
class Judged:
    """A fresh mouse: its epochs, and the mechanism that acts in it."""

    session: Session
    truth: str


@cache
def mice(n: int, seed: int, outside: bool = False) -> list[Judged]:
    """Return fresh mice, the mechanisms in turn.

    ``outside`` are those whose parameters no prior contains, as the validation has them
    (`validation.shifted_prior`).
    """
    cfg = configuration()
    fresh = FreshMice(**cfg.validation.fresh() | {"seed": seed})
    share = -(-n // len(MECHANISMS))
    drawn = [
        fresh_mice(one, share, cfg.cohort, fresh, cfg.prior) for one in MECHANISMS
    ]
    taken = [mouse for turn in zip(*drawn, strict=True) for mouse in turn][:n]
    physics = physics_of("another_prior" if outside else MECHANISMS[0], cfg, fresh)
    columns = simulate_cohort(taken, physics, cfg.statistics, EPOCHS_PER_STATE)
    truth = {mouse.circuit_id: mouse.truth for mouse in taken}
    found = sessions_of(table_of(columns, COHORT), identity="circuit_id")
    return [Judged(one, truth[one.identity]) for one in found]


@cache
def noise() -> np.ndarray:
    """Return what an epoch scatters by, from the demonstration's cohort."""
    cohort = read_tables(sorted(DEMO.glob("cohort/*.parquet")), COHORT)
    return epoch_sd(cohort, configuration().tuned)


@cache
def bank(n: int) -> Bank:
    """Return the training circuits among the first ``n`` of the prior, at rest."""
    cfg = configuration()
    rule = SplitRule(cfg.seed, **cfg.surrogates.split())
    rows = resting_circuits(range(n), rule, cfg)
    parts = list(describe_resting(rows, cfg, cfg.statistics))
    simulated = pa.concat_tables(table_of(one, SIMULATED_STATISTICS) for one in parts)
    return Bank.of(pa.Table.from_pylist(rows), simulated, rule)
