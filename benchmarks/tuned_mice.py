"""What fits are judged on: fresh SYNTHETIC mice, and circuits to start from.

Mice are drawn from a seed of their own: settings were chosen with those of one seed,
and are judged by those of another.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import mean_of_defined
from minicolumn.circuits.family import family
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.circuits.standard_prior import StandardPrior
from minicolumn.config import Config, FreshMice, parse_config
from minicolumn.config.settings import settings_of
from minicolumn.config.tuned import Start
from minicolumn.files.columns import parameter_columns
from minicolumn.files.store import table_of
from minicolumn.files.tables import COHORT, POSTERIOR_SAMPLES, SIMULATED_STATISTICS
from minicolumn.inference.circuits.conditioning import resting_mice
from minicolumn.inference.circuits.posterior import CircuitPosterior
from minicolumn.inference.circuits.samples import posterior_samples
from minicolumn.learning.splits import SplitRule
from minicolumn.mice.cohort import simulate_cohort
from minicolumn.mice.fresh import fresh_mice, physics_of
from minicolumn.mice.mouse import Mouse, training_mice
from minicolumn.sessions.session import Session, sessions_of
from minicolumn.tuning.resting import describe_resting, resting_circuits
from minicolumn.tuning.starts import Bank, Rows, Starts
from minicolumn.tuning.targets import PLACES, Targets, epoch_sd, even
from minicolumn.yaml_files import read_yaml

ROOT = Path(__file__).parents[1]
EPOCHS_PER_STATE = 12
NOISE_MICE = 24
"""Of the cohort, whose epochs say what an epoch scatters by."""
POSTERIOR_MICE = 600
"""Of the cohort, that the posterior learns from."""

Floats = NDArray[np.float64]


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

    @property
    def targets(self) -> Targets:
        """What fits of it aim at: its conditioning epochs."""
        return Targets.of(self.session.conditioning, noise(), configuration().tuned)

    @property
    def unseen(self) -> Floats:
        """Mean of its evaluation epochs on even scales, (`SMOOTH_NAMES`,)."""
        epochs = self.session.evaluation[:, PLACES]
        return mean_of_defined(even(epochs, configuration().tuned))

    def distance(self, reached: Floats, sd: Floats | None = None) -> float:
        """Return the RMS over targets of z from evaluation epochs, by `noise` or sd."""
        used = self.targets.used
        z = (reached - self.unseen)[used] / (noise() if sd is None else sd)[used]
        return float(np.sqrt(np.nanmean(z**2)))

    @property
    def can_be_fitted(self) -> bool:
        """Whether it has targets; a silent mouse has none."""
        n = len(self.session.conditioning)
        return not self.targets.obstacle(n, configuration().tuned)


@cache
def mice(n: int, seed: int, outside: bool = False) -> list[Judged]:
    """Return the first ``n`` fresh mice that can be fitted, the mechanisms in turn.

    ``outside`` are those whose parameters no prior contains, as the validation has them
    (`validation.shifted_prior`).
    """
    cfg = configuration()
    fresh = FreshMice.model_validate(cfg.validation.fresh() | {"seed": seed})
    share = -(-n // len(MECHANISMS)) + 2
    drawn = [fresh_mice(one, share, cfg.cohort, fresh, cfg.prior) for one in MECHANISMS]
    taken = [mouse for turn in zip(*drawn, strict=True) for mouse in turn]
    physics = physics_of("another_prior" if outside else MECHANISMS[0], cfg, fresh)
    by_identity = {
        one.identity: one for one in _let_run(taken, physics, EPOCHS_PER_STATE)
    }
    every = [Judged(by_identity[one.circuit_id], str(one.truth)) for one in taken]
    return [one for one in every if one.can_be_fitted][:n]


def _let_run(some: list[Mouse], physics: Any, epochs: int) -> list[Session]:
    return sessions_of(_cohort(some, physics, epochs), identity="circuit_id")


def _cohort(some: list[Mouse], physics: Any, epochs: int) -> pa.Table:
    columns = simulate_cohort(some, physics, configuration().statistics, epochs)
    return table_of(columns, COHORT)


@cache
def noise(center: Any = np.median) -> Floats:
    """Return what an epoch scatters by in mice of the cohort, (`SMOOTH_NAMES`,).

    By the median over mice, as in fits; or by their mean, which is about twice as
    large: the unit of the prototype, in which bars of distances were set.
    """
    return epoch_sd(_resting_cohort(), configuration().tuned, center)


@cache
def _resting_cohort() -> pa.Table:
    cfg = configuration()
    some = training_mice(range(NOISE_MICE), cfg.cohort, cfg.seed)
    return _cohort(some, cfg, cfg.cohort.epochs_per_state)


@cache
def bank(n: int) -> Bank:
    """Return the training circuits among the first ``n`` of the prior, at rest."""
    cfg = configuration()
    rule = SplitRule(cfg.seed, **cfg.surrogates.split())
    rows = resting_circuits(range(n), rule, cfg)
    parts = describe_resting(rows, cfg, cfg.statistics)
    simulated = pa.concat_tables(table_of(one, SIMULATED_STATISTICS) for one in parts)
    return Bank.of(pa.Table.from_pylist(rows), simulated, rule)


def starts(kind: Start, n: int, session: Session) -> Rows:
    """Return the circuits that fits of a session start from."""
    cfg = configuration()
    size = cfg.circuits.count + cfg.tuned.more_circuits.count
    own = kind == "posterior"
    samples = samples_of(session, n) if own else POSTERIOR_SAMPLES.arrow().empty_table()
    by = Starts(kind, n, bank(size), samples, cfg.tuned.epochs_at_least, cfg.seed)
    return by.of(session)


def samples_of(session: Session, draws: int) -> pa.Table:
    """Return circuits that the posterior says a session could be."""
    cfg = configuration()
    (columns,) = posterior_samples(posterior(), [session], draws, cfg.seed)
    parameters = parameter_columns(family(cfg.circuits.family).parameters)
    return table_of(columns, POSTERIOR_SAMPLES.plus(*parameters))


@cache
def posterior() -> CircuitPosterior:
    """Return a posterior that learned from mice of the cohort."""
    cfg = configuration()
    some = training_mice(range(POSTERIOR_MICE), cfg.cohort, cfg.seed)
    cohort = _cohort(some, cfg, cfg.cohort.epochs_per_state)
    return CircuitPosterior.fit(
        resting_mice(cohort, cfg.prior, cfg.seed),
        StandardPrior.of(cfg.prior, cfg.cohort.stationary),
        cfg.inference.posterior.flow,
        SplitRule(cfg.seed, **cfg.surrogates.split()),
        cfg.seed,
    )
