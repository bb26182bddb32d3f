"""Write a SYNTHETIC session as a laboratory's NWB file: lab_session.py FILE CIRCUIT.

Its units are the neurons of one simulated circuit under the combined mechanism, at the
ACh levels of rest and running; some further units are there to be left out. Running
speed and stimuli are made up.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pynwb import NWBHDF5IO, NWBFile, TimeSeries

import minicolumn as mc

BOUT_S, N_BOUTS = 20.0, 8  # rest and running in turn
GRATINGS_S = 20.0  # after the last bout
STOP_S = N_BOUTS * BOUT_S + GRATINGS_S
SPEED_HZ = 50.0
N_ELSEWHERE = 5

Spikes = list[NDArray[np.float64]]


def spikes_of(circuit: int) -> Spikes:
    """Return the spike times of each neuron of a circuit, in s, bout by bout."""
    config = mc.read_config("demo.yaml")
    duration_s = BOUT_S * N_BOUTS / 2
    longer = config.simulation.model_copy(update={"duration_s": duration_s})
    config = config.model_copy(update={"simulation": longer})
    states = (config.states.levels.stationary, config.states.levels.running)
    parameters = mc.sample_circuits([circuit], config)
    simulated = mc.simulate(parameters, "combined", config, levels=states)
    pairs = [_in_its_bouts(row, place) for place, row in simulated.iterrows()]
    return [np.sort(np.concatenate(both)) for both in zip(*pairs, strict=True)]


def _in_its_bouts(simulation: Any, place: Any) -> Iterator[NDArray[np.float64]]:
    """Yield each neuron's spikes, where every second bout is of this state."""
    time_s = simulation["spike_time_ms"].astype(float) / 1000
    time_s = time_s + (time_s // BOUT_S + place) * BOUT_S
    for unit in range(simulation["n_units"]):
        yield time_s[simulation["spike_unit"] == unit]


def add_units(file: NWBFile, spikes: Spikes) -> None:
    """Add units with the quality that sorting found, and the place of their site."""
    group = file.create_electrode_group(
        "shank", "the only one", "left", file.create_device("probe")
    )
    for location in ("VISp", "CA1"):
        file.add_electrode(location=location, group=group)
    for name in ("presence_ratio", "isi_violations", "quality"):
        file.add_unit_column(name, f"{name} of the unit")
    rng = np.random.default_rng(0)
    others = [np.sort(rng.uniform(0, STOP_S, 900)) for _ in range(N_ELSEWHERE)]
    for unit, times_s in enumerate([*spikes, *others]):
        file.add_unit(
            spike_times=times_s,
            electrodes=[int(unit >= len(spikes))],
            presence_ratio=0.99,
            isi_violations=0.1,
            quality="mua" if unit == 0 else "good",
        )


def add_behavior(file: NWBFile) -> None:
    """Add the running speed, and what the screen showed."""
    time_s = np.arange(0, STOP_S, 1 / SPEED_HZ)
    is_running = time_s // BOUT_S % 2 == 1
    noise = np.random.default_rng(1).normal(size=len(time_s))
    file.add_acquisition(
        TimeSeries(
            name="running_speed",
            description="of the wheel's surface",
            data=is_running * (0.2 + 0.02 * noise),
            unit="m/s",
            starting_time=0.0,
            rate=SPEED_HZ,
        )
    )
    file.add_epoch_column("stimulus", "what the screen showed")
    file.add_epoch(0.0, STOP_S - GRATINGS_S, stimulus="gray")
    file.add_epoch(STOP_S - GRATINGS_S, STOP_S, stimulus="gratings")


def main(path: Path, circuit: int) -> None:
    """Write the file."""
    about = f"SYNTHETIC session: circuit {circuit}, combined mechanism"
    file = NWBFile(about, f"synthetic-{circuit}", datetime(2026, 1, 1, tzinfo=UTC))
    add_units(file, spikes_of(circuit))
    add_behavior(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    with NWBHDF5IO(path, "w") as io:
        io.write(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
