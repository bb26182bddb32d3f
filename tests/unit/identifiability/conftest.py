import numpy as np
import pytest

from minicolumn.identifiability.sampling import SamplingNoise
from minicolumn.statistics.names import STATISTIC_NAMES

N = len(STATISTIC_NAMES)


@pytest.fixture
def noise():
    """Return noise in which neighbors correlate and the last statistic is not used."""
    correlation = np.eye(N) + 0.4 * (np.eye(N, k=1) + np.eye(N, k=-1))
    correlation[-1], correlation[:, -1] = np.eye(N)[-1], np.eye(N)[-1]
    sd = np.append(np.full(N - 1, 0.2), np.nan)
    return SamplingNoise(sd, correlation, np.zeros(N))
