"""Light in a recorded session, as the Allen Institute writes it into NWB files.

A table of intervals, one row for each time that light is on, with the columns
``stimulus_name`` and ``level`` (V to the LED); AllenSDK shows it as
``optogenetic_stimulation_epochs``.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pynwb.epoch import TimeIntervals

from minicolumn.errors import RecordingError
from minicolumn.recordings.nwb_objects import (
    MissingError,
    column_of,
    numbers_of,
    object_named,
    opened,
    text_of,
)
from minicolumn.recordings.recording import printable

Floats = NDArray[np.float64]
KEY = "perturbation.sessions.table"


class Light(NamedTuple):
    """Times of light, in order.

    Attributes
    ----------
    start_s, stop_s
        When it is on, (R,).
    stimulus
        Its course in time by name, (R,).
    level
        Its strength in the unit of the file, (R,); 0 is sham.
    """

    start_s: Floats
    stop_s: Floats
    stimulus: NDArray[np.str_]
    level: Floats


def read_light(nwb: Path, table: str) -> Light:
    """Return when light was on in a session.

    Raises
    ------
    RecordingError
        If the file cannot be read, or no light is in it.
    """
    with opened(nwb) as (file, broken):
        try:
            light = _read(object_named(file, TimeIntervals, table, KEY, broken))
        except MissingError as fault:
            raise RecordingError(
                printable(f"{nwb} has no light that can be read: {fault}")
            ) from None
    if not (light.level > 0).any():
        raise RecordingError(
            f"{nwb} has no light: none of {light.level.size} rows of {table} has a "
            "level above 0"
        )
    return light


def _read(table: TimeIntervals) -> Light:
    ids = np.asarray(table.id.data[:])

    def numbers(name: str) -> Floats:
        return numbers_of(column_of(table, name, KEY), ids, f"{KEY}: {name}")

    names = np.array(text_of(column_of(table, "stimulus_name", KEY)))
    light = Light(numbers("start_time"), numbers("stop_time"), names, numbers("level"))
    times = light.start_s, light.stop_s, light.level
    if not all(np.isfinite(one).all() for one in times):
        raise MissingError(f"{KEY}: {table.name} has times or levels that are missing")
    if (light.stop_s <= light.start_s).any():
        raise MissingError(f"{KEY}: {table.name} has rows that stop before they start")
    order = np.argsort(light.start_s, kind="stable")
    start_s, stop_s, level = (one[order] for one in times)
    return Light(start_s, stop_s, names[order], level)
