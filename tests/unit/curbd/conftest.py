import numpy as np
import pytest

from minicolumn.config.theory import Curbd, Network
from minicolumn.curbd.known import Known

NETWORK = Network(tau_s=0.1, gain=1.5, passes=15)


@pytest.fixture(scope="package")
def settings():
    return Curbd(
        groups="types",
        bin_s=0.05,
        smooth_s=0.05,
        units_per_group=6,
        seeds=2,
        network=NETWORK,
    )


@pytest.fixture(scope="package")
def known():
    """Return a session with known currents, whose epochs start in other states."""
    rng = np.random.default_rng(1)
    return Known.draw((30, 15, 10), 1.2, 1.0, 0.05, NETWORK.tau_s, rng)
