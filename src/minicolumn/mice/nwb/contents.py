"""Contents of a synthetic mouse's recording: units, channels, frames, stimuli.

A synthetic mouse is a simulated circuit whose spikes are presented as if they had been
recorded. Decoys are added: units that selection must drop. All of it is SYNTHETIC;
`minicolumn.mice.nwb.write` writes it as an ecephys session.
"""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.signal import lfilter

FRAME_HZ = 60.0
REST_NOISE_CM_S = 0.1
RUNNING_CM_S = 20.0
RUNNING_SD_CM_S = 2.0
RUNNING_TAU_S = 1.0
FLASH_S, FLASH_EVERY_S, N_FLASHES = 0.25, 2.0, 10
# AllenSDK reads a column of blocks that has only 0 and 1 as booleans.
FLASH_BLOCK = 2
SPLICE_S = 0.01
DECOY_HZ = 5.0
# A trough-to-peak time of about 0.4 ms separates regular from fast spiking.
REGULAR_MS, FAST_MS, WAVEFORM_SD_MS = 0.6, 0.3, 0.03


class Mouse(NamedTuple):
    """One row of the mice table as arrays; bouts are contiguous."""

    session_id: int
    n_units: int
    n_fast_spiking: int
    spike_unit: NDArray[np.int64]
    spike_time_s: NDArray[np.float64]
    bout_start_s: NDArray[np.float64]
    bout_stop_s: NDArray[np.float64]
    bout_running: NDArray[np.bool_]

    @property
    def circuit_stop_s(self) -> float:
        """End of the last bout, and so of the circuit's activity."""
        return float(self.bout_stop_s[-1])

    @property
    def stop_s(self) -> float:
        """End of the recording, after the flashes that follow the last bout."""
        return self.circuit_stop_s + (N_FLASHES + 1) * FLASH_EVERY_S


class Channel(NamedTuple):
    """A recording site; ``area`` is None outside the brain."""

    probe: str
    area: str | None
    valid: bool = True


class SortedUnit(NamedTuple):
    """A unit as spike sorting would return it."""

    channel: int
    quality: str
    presence_ratio: float
    isi_violations: float
    amplitude_cutoff: float
    waveform_duration_ms: float
    spike_times_s: NDArray[np.float64]

    @property
    def firing_rate_hz(self) -> float:
        """Rate between the first and the last spike, as AllenSDK defines it."""
        if len(self.spike_times_s) < 2:
            return 0.0
        return float(len(self.spike_times_s) / np.ptp(self.spike_times_s))


CHANNELS = (
    *(Channel("probeC", "VISp") for _ in range(4)),
    Channel("probeC", "VISp", valid=False),
    Channel("probeC", "CA1"),
    Channel("probeC", None),
    Channel("probeD", "LGd"),
    Channel("probeD", "LGd"),
)
PROBES = ("probeC", "probeD")
N_CIRCUIT_CHANNELS = 4
# Channel, quality, presence ratio, ISI violations: each fails for one reason only.
DECOYS = (
    (0, "noise", 0.99, 0.01),
    (1, "good", 0.6, 0.01),
    (1, "good", 0.95, 0.01),
    (2, "good", 0.99, 0.9),
    (2, "good", 0.99, 0.5),
    (3, "good", np.nan, 0.01),
    (4, "good", 0.99, 0.01),
    (5, "good", 0.99, 0.01),
    (6, "good", 0.99, 0.01),
    (7, "good", 0.99, 0.01),
    (8, "good", 0.99, 0.01),
)


def read_mice(mice: pa.Table) -> list[Mouse]:
    """Return the rows of a `minicolumn.files.tables.MICE` table.

    Raises
    ------
    ValueError
        If the bouts of a mouse are not contiguous from time 0.
    """
    found = []
    for row in range(mice.num_rows):
        mouse = Mouse(*(_plain(mice[name][row]) for name in Mouse._fields))
        starts_s = np.concatenate([[0.0], mouse.bout_stop_s[:-1]])
        if not np.array_equal(mouse.bout_start_s, starts_s):
            raise ValueError(
                f"synthetic mouse {mouse.session_id}: bouts start at "
                f"{mouse.bout_start_s} but must be contiguous from 0, at {starts_s}: "
                "make the table again"
            )
        found.append(mouse)
    return found


def _plain(scalar: Any) -> Any:
    is_list = isinstance(scalar, pa.ListScalar)
    return scalar.values.to_numpy(zero_copy_only=False) if is_list else scalar.as_py()


def sorted_units(mouse: Mouse, rng: np.random.Generator) -> list[SortedUnit]:
    """Return the circuit's neurons in order, then the decoys.

    The first neuron has no amplitude cutoff, which occurs in real sessions. The default
    filters must keep it.
    """
    units = []
    for neuron in range(mouse.n_units):
        regular = neuron < mouse.n_units - mouse.n_fast_spiking
        typical_ms = REGULAR_MS if regular else FAST_MS
        units.append(
            SortedUnit(
                channel=neuron % N_CIRCUIT_CHANNELS,
                quality="good",
                presence_ratio=0.99,
                isi_violations=0.01,
                amplitude_cutoff=0.01 if neuron else np.nan,
                waveform_duration_ms=float(rng.normal(typical_ms, WAVEFORM_SD_MS)),
                spike_times_s=mouse.spike_time_s[mouse.spike_unit == neuron],
            )
        )
    for channel, quality, presence_ratio, isi_violations in DECOYS:
        n_spikes = rng.poisson(DECOY_HZ * mouse.stop_s)
        spikes_s = np.sort(rng.uniform(0, mouse.stop_s, n_spikes))
        units.append(
            SortedUnit(
                *(channel, quality, presence_ratio, isi_violations, 0.01),
                *(REGULAR_MS, spikes_s),
            )
        )
    return units


def running_frames(
    mouse: Mouse, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return start and stop in s and speed in cm/s of each frame, shape ``(n,)``.

    Rest is encoder noise; running fluctuates slowly about `RUNNING_CM_S`; after the
    last bout the mouse rests. As in real sessions, a few frames are bad: three have no
    speed (NaN), and two have an impossible one.
    """
    n = int(mouse.stop_s * FRAME_HZ)
    start_s = np.arange(n) / FRAME_HZ + rng.uniform(0, 2e-4, n)
    stop_s = np.append(start_s[1:], start_s[-1] + 1 / FRAME_HZ)
    bout = np.searchsorted(mouse.bout_stop_s, start_s, side="right")
    running = np.append(mouse.bout_running, False)[bout]

    decay = np.exp(-1 / (RUNNING_TAU_S * FRAME_HZ))
    kicks = rng.normal(0, RUNNING_SD_CM_S * np.sqrt(1 - decay**2), n)
    drift = np.asarray(lfilter([1.0], [1.0, -decay], kicks))
    speed_resting = np.clip(rng.normal(0, REST_NOISE_CM_S, n), -0.29, 0.29)
    speed_cm_s = np.where(running, RUNNING_CM_S + drift, speed_resting)
    bad = rng.choice(n, size=5, replace=False)
    speed_cm_s[bad] = [np.nan, np.nan, np.nan, 400.0, -400.0]
    return start_s, stop_s, speed_cm_s


def stimuli(mouse: Mouse) -> list[tuple[str, float, float, float]]:
    """Return name, start in s, stop in s and block (NaN for none) of each presentation.

    A gray screen lasts as long as the circuit's activity; flashes follow.
    """
    stop_s = mouse.circuit_stop_s
    flashes = [
        ("flashes", start_s, start_s + FLASH_S, float(FLASH_BLOCK))
        for start_s in (stop_s + FLASH_EVERY_S * k for k in range(1, N_FLASHES + 1))
    ]
    return [("spontaneous", 0.0, stop_s, np.nan), *flashes]


def splices(mouse: Mouse) -> list[tuple[float, float]]:
    """Return the short intervals before each change of bout, to be marked invalid.

    Neighboring bouts come from different simulations, so no window may contain spikes
    of both.
    """
    return [(stop_s - SPLICE_S, stop_s) for stop_s in mouse.bout_stop_s[:-1]]
