"""Write a SYNTHETIC session of drug and vehicle, by turns: labeled_nwb.py PATH SEED.

Units fire at random, faster under the drug. There is no running speed.
"""

import sys
from datetime import UTC, datetime

import numpy as np
from pynwb import NWBHDF5IO, NWBFile

N_UNITS, BLOCK_S, N_BLOCKS = 40, 6.0, 8
RATE_HZ = {"vehicle": 15.0, "drug": 25.0}
NAMES = [("vehicle", "drug")[block % 2] for block in range(N_BLOCKS)]


def spikes(rng):
    """Return the spikes of one unit, Poisson at the rate of each block."""
    parts = []
    for block, name in enumerate(NAMES):
        rate_hz = RATE_HZ[name] * rng.lognormal(0, 0.3)
        times_s = rng.uniform(0, BLOCK_S, rng.poisson(rate_hz * BLOCK_S))
        parts.append(np.sort(times_s) + block * BLOCK_S)
    return np.concatenate(parts)


def main(path, seed):
    """Write the session."""
    rng = np.random.default_rng(int(seed))
    file = NWBFile("SYNTHETIC drug and vehicle", seed, datetime(2026, 1, 1, tzinfo=UTC))
    for _ in range(N_UNITS):
        file.add_unit(spike_times=spikes(rng))
    table = file.create_time_intervals("infusions", "what was given")
    table.add_column(name="given", description="what was given")
    for block, name in enumerate(NAMES):
        table.add_interval(block * BLOCK_S, (block + 1) * BLOCK_S, given=name)
    with NWBHDF5IO(path, "w") as io:
        io.write(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
