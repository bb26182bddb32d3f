"""A linear world: every statistic is the first parameter times the ACh level.

Its simulator, its surrogate and the circuits that a target could be are all known, so
every prediction is too.
"""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from bare import INPUT_NAMES, PRIOR_OF_EI

from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.base import Between
from minicolumn.config.circuits import Range
from minicolumn.config.mice import Level, States
from minicolumn.files.tables import SIMULATED_STATISTICS
from minicolumn.learning.splits import SplitRule
from minicolumn.prediction.study import Assumptions, Study
from minicolumn.prediction.targets import Target
from minicolumn.sessions.session import Observed, Session
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES
from minicolumn.surrogates.archive import Trained
from minicolumn.surrogates.conformal import Calibration, Spread
from minicolumn.surrogates.rows import LEVEL

N = len(STATISTIC_NAMES)
RULE = SplitRule(7, 0.1, 0.1, 0.15)
UNSCALED = STATISTIC_NAMES.index("spectral_power")
STATES = States(stationary=0.2, running=0.8)
LEVELS = (0.0, 0.2, 0.8)
EXACT = Calibration(
    Spread(np.zeros((1, N)), np.ones((1, N))), np.array([0.0, 1.0]), np.zeros((1, 2, N))
)


class Named:
    """Has the names of its inputs, and was learned from all of their values."""

    scaling = SimpleNamespace(
        input_names=INPUT_NAMES, outside=lambda inputs: np.zeros(inputs.shape, bool)
    )


class Linear(Named):
    """The surrogate that knows the simulator."""

    def predict(self, inputs):
        return np.repeat((inputs[:, 0] * inputs[:, LEVEL])[:, None], N, axis=1)


class LevelBlind(Named):
    """Knows circuits, and nothing of ACh."""

    def predict(self, inputs):
        return np.repeat(inputs[:, [0]], N, axis=1)


@dataclass(frozen=True)
class KnownPosterior:
    """Gives a session the circuit whose rest is the mean of its conditioning epochs."""

    prior = PRIOR_OF_EI

    def sample(self, known, draws, seed, key=0):
        inputs = np.zeros((len(known), draws, len(INPUT_NAMES)))
        inputs[..., 0] = known.mean[:, [UNSCALED]] / STATES.stationary
        inputs[..., LEVEL] = STATES.stationary
        return inputs


def circuits_table(first):
    columns = {name: np.zeros(len(first)) for name in PARAMETER_NAMES}
    columns[PARAMETER_NAMES[0]] = np.asarray(first, dtype=float)
    return pa.table({"circuit_id": np.arange(len(first)), **columns})


def simulated_table(first, missed=None):
    """Simulations of all mechanisms at `LEVELS`.

    ``missed``, (circuits,) or (circuits, 11), is added at the highest level: what the
    surrogate does not know.
    """
    first = np.asarray(first, dtype=float)
    extra = np.zeros((len(first), N))
    if missed is not None:
        extra += np.reshape(missed, (len(first), -1))
    rows = [
        {
            **{"circuit_id": circuit, "mechanism": mechanism, "level": level},
            **{"outcome": "ok", "duration_s": 10.0, "n_units": 25},
            **dict(zip(STATISTIC_NAMES, value, strict=True)),
        }
        for mechanism in MECHANISMS
        for circuit, own in enumerate(first)
        for level in LEVELS
        for value in [own * level + extra[circuit] * (level == LEVELS[-1])]
    ]
    missing = dict.fromkeys(SIMULATED_STATISTICS.names)
    rows = [
        missing | {k: None if v != v else v for k, v in row.items()} for row in rows
    ]
    return pa.Table.from_pylist(rows, schema=SIMULATED_STATISTICS.arrow())


def session_of(identity, first, n_epochs=8):
    """A session at rest and running of a circuit of this world, without noise."""
    rest, running = (
        np.full((n_epochs, len(ALL_NAMES)), first * level)
        for level in (STATES.stationary, STATES.running)
    )
    return Session(identity, rest, running)


@pytest.fixture
def target():
    """Return a function: identity and first parameter to a recorded session."""

    def make(identity, first, kind="session", mechanisms=MECHANISMS, change=None):
        session = session_of(identity, first)
        observed = Observed.of(session, 3)
        if change is not None:
            observed.running[:] = observed.evaluation + change
        return Target(kind, session, observed, tuple(mechanisms))

    return make


@pytest.fixture
def named():
    """Return the class of surrogates that have the inputs of this world."""
    return Named


@pytest.fixture
def level_blind():
    """Return a surrogate that ignores the ACh level."""
    return LevelBlind()


@pytest.fixture
def model():
    """Return a function: training set, architecture and surrogate to a trained one."""

    def make(training_set="synaptic", architecture="mlp", surrogate=None):
        return Trained(architecture, training_set, RULE, surrogate or Linear(), EXACT)

    return make


@pytest.fixture
def study():
    """Return a function: first parameters of the bank to a study of this world."""

    def make(first=range(60), missed=None, posterior=None, **assumed):
        given = {
            **{"states": STATES, "rest": Level(low=0.0, high=0.3)},
            **{"rise": Between(low=0.4, high=0.8), "rule": RULE},
            **{"nearest_circuits": 3, "draws": 200, "seed": 1},
        }
        point = Range(low=0.0, high=100.0, scale="uniform", source="made up")
        return Study.of(
            circuits_table(first),
            simulated_table(first, missed),
            dict.fromkeys(PARAMETER_NAMES, point),
            posterior or KnownPosterior(),
            Assumptions(**{**given, **assumed}),
        )

    return make
