import numpy as np
import pytest

from minicolumn.config import Fitting
from minicolumn.sessions.session import Session
from minicolumn.statistics.names import ALL_NAMES


@pytest.fixture(scope="package")
def fitting(cfg):
    return Fitting(**cfg.tuned.fitting()).model_copy(update={"steps": 3})


@pytest.fixture
def session():
    """Return a session of eight epochs in each state."""
    rng = np.random.default_rng(2)
    rest, run = rng.uniform(0.2, 1.5, (2, 8, len(ALL_NAMES)))
    return Session(11, rest, run)
