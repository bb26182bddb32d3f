"""When things happen in a trial, in ms after the onset of the stimulus.

The stimulus lasts as long as that of Sourmpis et al. (eLife 106827), and light is on
within 20 ms of its onset as there.
"""

import numpy as np
from numpy.typing import NDArray

Window = tuple[int, int]

TRIAL: Window = (-50, 200)
STIMULUS: Window = (0, 10)
LIGHT_ON: Window = (-20, 60)
RESPONSE: Window = (0, 80)
"""In which changes of rate are scored."""
STEP_MS = 2
"""Step of the students, and bin of the trials that they learn from."""
STEPS = (TRIAL[1] - TRIAL[0]) // STEP_MS


def waveform(window: Window) -> tuple[float, ...]:
    """Return 1 in each millisecond of a trial within the window, else 0."""
    ms = np.arange(*TRIAL)
    return tuple(((ms >= window[0]) & (ms < window[1])).astype(float).tolist())


def steps_of(window: Window) -> slice:
    """Return the steps of a trial within the window.

    Examples
    --------
    >>> steps_of((0, 80))
    slice(25, 65, None)
    """
    first, stop = ((at - TRIAL[0]) // STEP_MS for at in window)
    return slice(first, stop)


def in_steps(window: Window) -> NDArray[np.float32]:
    """Return 1 in each step of a trial within the window, else 0."""
    found = np.zeros(STEPS, np.float32)
    found[steps_of(window)] = 1.0
    return found


def seconds(window: Window) -> float:
    """Return the length of the window."""
    return (window[1] - window[0]) / 1e3
