"""Running speed of a lab's NWB file: a series of speed, position or angle."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pynwb import NWBFile, TimeSeries

from minicolumn.recordings.nwb_objects import MissingError
from minicolumn.recordings.nwb_series import read_samples
from minicolumn.recordings.recording import Columns, printable

logger = logging.getLogger(__name__)

KEY = "recordings.nwb.speed"


def _spelled(values: Mapping[str, float]) -> dict[str, float]:
    return {name: one for names, one in values.items() for name in names.split("|")}


CM_PER = _spelled(
    {
        "cm|centimeter|centimeters|centimetre|centimetres": 1.0,
        "m|meter|meters|metre|metres": 100.0,
        "mm|millimeter|millimeters|millimetre|millimetres": 0.1,
    }
)
RADIANS_PER = _spelled(
    {"rad|radian|radians": 1.0, "deg|degree|degrees": np.pi / 180, "turns": 2 * np.pi}
)
CM_S_PER = {
    f"{length}{per}": cm
    for length, cm in CM_PER.items()
    for per in ("/s", "/sec", "/second", "/seconds", " s-1", "*s^-1", " per second")
}


def read_speed(
    file: NWBFile, names: Mapping[str, Any], broken: Sequence[str]
) -> Columns:
    """Return the frames of the running speed in cm/s.

    A series of speed has one sample in the middle of each frame. From a position
    ((samples,) or (samples, 2 or 3)) or the angle of a wheel, speed is the distance
    between two samples over the time between them. Without a series there are none.

    Raises
    ------
    MissingError
        If there is no such series, or it is not what the mapping says.
    RecordingError
        If its clock starts again.
    """
    if names["series"] is None:
        return {name: np.empty(0) for name in ("start_s", "stop_s", "speed_cm_s")}
    kind = names["derived_from"]
    dimensions = (1, 2) if kind == "position" else (1,)
    series, time_s, values = read_samples(
        file, names["series"], KEY, "running speed", broken, dimensions
    )
    if time_s.size < 2:
        raise MissingError(
            f"{names['series']} has {time_s.size} usable samples: too few for a speed"
        )
    if kind:
        return _derived(time_s, values * _cm_per(series, names), kind)
    half_s = float(np.median(np.diff(time_s))) / 2
    return {
        "start_s": time_s - half_s,
        "stop_s": time_s + half_s,
        "speed_cm_s": values * _cm_s_per(series, names),
    }


def _derived(
    time_s: NDArray[np.float64], place_cm: NDArray[np.float64], kind: str
) -> Columns:
    step_cm = np.diff(place_cm, axis=0)
    if step_cm.ndim == 2:
        step_cm = np.linalg.norm(step_cm, axis=1)
    return {
        "start_s": time_s[:-1],
        "stop_s": time_s[1:],
        "speed_cm_s": step_cm / np.diff(time_s),
    }


def _cm_s_per(series: TimeSeries, names: Mapping[str, Any]) -> float:
    """Return what turns the values of a series of speed into cm/s."""
    stated = printable(str(series.unit).strip())
    if stated.lower() in CM_PER | RADIANS_PER:
        raise MissingError(
            f"{names['series']} has the unit {stated!r}: it is a position or an angle, "
            f"not a speed. Set {KEY}.derived_from to position, or to angle with "
            "wheel_radius_cm, or choose another series"
        )
    unit = names["unit"] or stated.lower()
    if unit not in CM_S_PER:
        raise MissingError(
            f"{names['series']} has the unit {stated!r}, not a known unit "
            f"of speed: set {KEY}.unit to cm/s, m/s, or mm/s"
        )
    if CM_S_PER.get(stated.lower(), CM_S_PER[unit]) != CM_S_PER[unit]:
        logger.warning(
            "%s: the file says %s (and a conversion of %g), %s.unit says %s, which is "
            "used after the conversion. One of them is wrong",
            *(names["series"], stated, series.conversion, KEY, unit),
        )
    return CM_S_PER[unit]


def _cm_per(series: TimeSeries, names: Mapping[str, Any]) -> float:
    """Return what turns the values of a position or an angle into cm."""
    stated = printable(str(series.unit).strip())
    kind = names["derived_from"]
    known = CM_PER if kind == "position" else RADIANS_PER
    if stated.lower() not in known:
        raise MissingError(
            f"{names['series']} has the unit {stated!r}, and {KEY}.derived_from="
            f"{kind} needs one of {', '.join(known)}: correct the file or the key"
        )
    radius_cm = names["wheel_radius_cm"] if kind == "angle" else 1.0
    return known[stated.lower()] * radius_cm
