"""What is known of a mouse at rest: the mean of its statistics over some epochs.

How many epochs there are varies from session to session, and a statistic may be
undefined in any of them. So each mean comes with the share of epochs that define it
and the number of epochs. A statistic that no epoch defines gets the training mean in
its place; its share of 0 says that it is no measurement (Wang, Hasenauer & Schaelte
2024, PLoS Comput Biol 20:e1012184, compare this with other ways to impute).
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import columns, mean_of_defined, strings
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config.circuits import Range
from minicolumn.outcomes import Outcome
from minicolumn.sessions.simulated import recordable
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.scales import scaled
from minicolumn.surrogates.scaling import WINSOR_PERCENTILES

logger = logging.getLogger(__name__)

# A feature that hardly varies in training, such as a share that is always 1, is not
# blown up.
_SMALLEST_SD = 0.05
FEATURE_NAMES = (
    *STATISTIC_NAMES,
    *(f"{name} defined" for name in STATISTIC_NAMES),
    "noise",
    *MECHANISMS,
)


@dataclass(frozen=True, eq=False)
class AtRest:
    """What is known of some mice at rest, one row per mouse.

    Attributes
    ----------
    mean
        Mean of each statistic, as `statistics.scales.scaled`, over the epochs that
        define it, (rows, 11); NaN if none.
    share
        Share of epochs that define it, (rows, 11).
    n_epochs
        Epochs, (rows,).
    mechanism
        What ACh is taken to do to the mouse, (rows,).
    """

    mean: NDArray[np.float64]
    share: NDArray[np.float64]
    n_epochs: NDArray[np.int64]
    mechanism: NDArray[np.str_]

    @classmethod
    def of_epochs(cls, epochs: NDArray[np.float64], mechanisms: Sequence[str]) -> Self:
        """Describe one session by its epochs (epochs, 11), under each mechanism.

        Raises
        ------
        ValueError
            If there is no epoch.
        """
        if not len(epochs):
            raise ValueError(
                "a session without a stationary epoch says nothing of rest"
            )
        n = len(mechanisms)
        values = np.repeat(scaled(epochs, STATISTIC_NAMES)[None], n, axis=0)
        chosen = np.ones((n, len(epochs)), dtype=bool)
        return cls.watched(values, chosen, np.asarray(mechanisms, dtype=np.str_))

    @classmethod
    def watched(
        cls,
        epochs: NDArray[np.float64],
        chosen: NDArray[np.bool_],
        mechanism: NDArray[np.str_],
    ) -> Self:
        """Describe mice by those ``chosen``, (rows, epochs), of their scaled epochs."""
        n, shown = chosen.sum(axis=1), chosen[:, :, None]
        share = (np.isfinite(epochs) & shown).sum(axis=1) / n[:, None]
        return cls(mean_of_defined(epochs, 1, shown), share, n, mechanism)

    def __len__(self) -> int:
        return len(self.n_epochs)


@dataclass(frozen=True, eq=False)
class RestingMice:
    """Simulated mice at rest: circuits, levels, and epochs of unknown number to come.

    Attributes
    ----------
    inputs
        Parameters in the order of the prior, and the level at rest, original units,
        (mice, parameters and level).
    epochs
        Statistics of each epoch as `statistics.scales.scaled`, (mice, epochs, 11); NaN
        where undefined.
    ran
        Which epochs there are, (mice, epochs).
    mechanism, circuit_id
        What ACh does to each, and its identity, (mice,).
    """

    inputs: NDArray[np.float64]
    epochs: NDArray[np.float64]
    ran: NDArray[np.bool_]
    mechanism: NDArray[np.str_]
    circuit_id: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.circuit_id)

    @property
    def most_epochs(self) -> int:
        """The number of epochs of the mouse that has most."""
        return self.ran.shape[1]

    def take(self, rows: NDArray[np.bool_]) -> Self:
        """Return some of the mice."""
        return replace(
            self, **{name: getattr(self, name)[rows] for name in self.__annotations__}
        )

    def first(self, n: int) -> Self:
        """Return the first ``n`` mice, or all if there are fewer."""
        return self.take(np.arange(len(self)) < n)

    def watched(self, rng: np.random.Generator, at_most: int | None = None) -> AtRest:
        """Watch each mouse for a random number of random epochs of its own.

        ``rng`` draws between one epoch and all, each number alike, and which ones;
        ``at_most`` gives the number instead, for mice that have so many.
        """
        has = self.ran.sum(axis=1)
        n = rng.integers(1, has, endpoint=True)
        if at_most is not None:
            n = np.minimum(has, at_most)
        turn = np.where(self.ran, rng.random(self.ran.shape), np.inf).argsort(axis=1)
        chosen = turn.argsort(axis=1) < n[:, None]
        return AtRest.watched(self.epochs, chosen, self.mechanism)


def resting_mice(
    cohort: pa.Table, prior: Mapping[str, Range], seed: int
) -> RestingMice:
    """Return the mice of a table of the kind `tables.COHORT`, at rest.

    The whole cohort serves, the mice without a mechanism too: at rest their level acts
    on them by one mechanism or another like on any. Epochs whose simulation failed are
    not there. A mouse of which none is left is left out. ``prior`` and ``seed`` give
    the parameters of each circuit.

    Raises
    ------
    ValueError
        If no mouse is left.
    """
    at_rest = strings(cohort, "state") == "stationary"
    ran = strings(cohort, "outcome") != Outcome.NOT_FINITE
    table = recordable(cohort.filter(pa.array(at_rest & ran, pa.bool_())))
    if not len(table):
        raise ValueError(
            f"none of the {len(cohort)} rows of the cohort is a stationary epoch whose "
            "simulation ran: simulate more mice (cohort.mice_per_class)"
        )
    circuit_id, first, mouse = np.unique(
        table["circuit_id"].to_numpy(), return_index=True, return_inverse=True
    )
    epoch = table["epoch"].to_numpy()
    there = np.zeros((len(circuit_id), int(epoch.max()) + 1), dtype=bool)
    epochs = np.full((*there.shape, len(STATISTIC_NAMES)), np.nan)
    there[mouse, epoch] = True
    epochs[mouse, epoch] = scaled(columns(table, STATISTIC_NAMES), STATISTIC_NAMES)
    level = table["level"].to_numpy()[first]
    mechanism = strings(table, "mechanism")[first]
    n_mice = len(np.unique(cohort["circuit_id"].to_numpy()))
    if len(circuit_id) < n_mice:
        logger.warning("%d mice have no statistics", n_mice - len(circuit_id))
    rows = parameter_rows(dict(prior), seed, circuit_id.tolist())
    parameters = [[row[name] for name in prior] for row in rows]
    inputs = np.column_stack([np.asarray(parameters), level])
    return RestingMice(inputs, epochs, there, mechanism, circuit_id)


@dataclass(frozen=True, eq=False)
class Features:
    """Turns what is known at rest into the inputs of a network.

    Attributes
    ----------
    low, high
        Training percentiles 1 and 99 of each mean, to which it is winsorized, (11,).
    mean, sd
        Of all features of the training mice, means after winsorizing, in the order of
        `FEATURE_NAMES`.
    most_epochs
        More epochs than any training mouse was watched for count as that many: what is
        inferred is then too uncertain rather than too certain.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    most_epochs: int

    @classmethod
    def fit(cls, training: AtRest) -> Self:
        """Learn the scales; a statistic that no training mouse defines has none."""
        values = np.where(np.isfinite(training.mean).any(axis=0), training.mean, 0.0)
        low, high = np.nanpercentile(values, WINSOR_PERCENTILES, axis=0)
        none = np.empty(0)
        bare = cls(low, high, none, none, int(training.n_epochs.max()))
        plain = bare._plain(replace(training, mean=values))
        sd = np.maximum(np.nanstd(plain, axis=0), _SMALLEST_SD)
        return replace(bare, mean=np.nanmean(plain, axis=0), sd=sd)

    def of(self, known: AtRest) -> NDArray[np.float32]:
        """Return the inputs of a network, (rows, `FEATURE_NAMES`)."""
        plain = (self._plain(known) - self.mean) / self.sd
        return np.nan_to_num(plain, nan=0.0).astype(np.float32)

    def _plain(self, known: AtRest) -> NDArray[np.float64]:
        return np.column_stack(
            [
                np.clip(known.mean, self.low, self.high),
                known.share,
                1 / np.sqrt(np.minimum(known.n_epochs, self.most_epochs)),
                known.mechanism[:, None] == np.asarray(MECHANISMS),
            ]
        )
