"""Windows and rates of real recordings against a reading of their HDF5 alone.

Three minutes of a running rat (CA1, from the public ephy_testing_data), as two versions
of pynwb write them. The files are not in the repository.
"""

import h5py
import numpy as np
import pytest
import yaml
from lab_extraction import ROOT, SCHEMAS, SETTINGS, mapped
from scipy.ndimage import gaussian_filter1d

from minicolumn.config import ComparedStates, Epochs, UnitFilter
from minicolumn.recordings.nwb import read_session
from minicolumn.recordings.recorded import Recorded
from minicolumn.recordings.recording import write_recording
from minicolumn.recordings.session_epochs import EpochRule, epochs_of_session
from minicolumn.statistics.rates import mean_rate
from minicolumn.statistics.trains import cut_window

CASES = ROOT.parent / "shared/data/nwb_cases"
FILES = ("22-real-rat-axona", "23-real-rat-axona-old-schema")
pytestmark = pytest.mark.skipif(
    not all((CASES / name / "session.nwb").is_file() for name in FILES),
    reason=f"the real recordings {', '.join(FILES)} are not here",
)


@pytest.fixture(scope="module", params=FILES)
def case(request):
    return CASES / request.param


@pytest.fixture(scope="module")
def overlay():
    """One for both, so that both have the same windows."""
    return yaml.safe_load((CASES / FILES[1] / "overlay.yaml").read_text())


@pytest.fixture(scope="module")
def rule(overlay):
    return EpochRule(
        UnitFilter.model_validate(
            SETTINGS["recordings"]["units"] | overlay["recordings"]["units"]
        ),
        Epochs.model_validate(SETTINGS["epochs"] | overlay["epochs"]),
        overlay["simulation"]["duration_s"],
        ComparedStates.model_validate(SETTINGS["states"]),
    )


@pytest.fixture(scope="module")
def recorded(case, rule, overlay, tmp_path_factory):
    mapping = mapped(overlay["recordings"]["nwb"])
    directory = tmp_path_factory.mktemp("real")
    paths = [str(directory / f"{name}.parquet") for name in SCHEMAS]
    areas = list(rule.units.areas)
    found = read_session(case / "session.nwb", 1, mapping, areas)
    write_recording(found, *paths)
    return Recorded.read(1, *paths)


@pytest.fixture(scope="module")
def epochs(recorded, rule):
    columns, session = epochs_of_session(recorded, rule, 5, 1)
    assert session["outcome"] == ["ok"]
    return columns


@pytest.fixture(scope="module")
def trains_s(case):
    """The spikes of the units on CA1's electrodes, by their indices in the file."""
    with h5py.File(case / "session.nwb") as file:
        units, table = file["units"], file["general/extracellular_ephys/electrodes"]
        spikes = np.split(units["spike_times"][:], units["spike_times_index"][:-1])
        sites = np.split(units["electrodes"][:], units["electrodes_index"][:-1])
        areas = table["location"].asstr()[:]
    return [one for one, at in zip(spikes, sites, strict=True) if areas[at[0]] == "CA1"]


@pytest.fixture(scope="module")
def smooth(case):
    """Time and speed in cm/s every thirtieth of a second."""
    with h5py.File(case / "session.nwb") as file:
        series = file["processing/behavior/BehavioralTimeSeries/speed"]
        scale = series["data"].attrs["conversion"] + 0.0
        assert series["data"].attrs["unit"] == "m/s"
        cm_s = 100 * scale * series["data"][:].astype(float)
        start = series["starting_time"]
        time_s = start[()] + np.arange(cm_s.size) / start.attrs["rate"]
    grid_s = np.arange(time_s[0], time_s[-1], 1 / 30)
    known = np.abs(cm_s) <= 150
    return grid_s, gaussian_filter1d(
        np.interp(grid_s, time_s[known], cm_s[known]), 0.25 * 30, mode="nearest"
    )


def test_units_and_spikes_are_those_of_the_file(recorded, rule, trains_s):
    rows = rule.select(recorded)
    assert len(rows) == len(trains_s) == 12
    for row, expected in zip(rows, trains_s, strict=True):
        found = recorded.units["spike_times_s"][int(row)].values.to_numpy()
        np.testing.assert_array_equal(found, np.sort(expected))


def test_rates_of_all_windows_are_those_of_the_file(recorded, rule, epochs, trains_s):
    units = recorded.units.take(rule.select(recorded))
    own_s = [train.values.to_numpy() for train in units["spike_times_s"]]
    everyone = np.ones((1, len(own_s)), dtype=bool)
    for start, stop in zip(epochs["start_s"], epochs["stop_s"], strict=True):
        found = mean_rate(cut_window(own_s, start, stop - start), everyone)
        counts = [np.sum((t >= start) & (t < stop)) for t in trains_s]
        assert found[0] == pytest.approx(np.mean(counts) / (stop - start))


def test_windows_are_those_of_the_speed(epochs, rule, smooth):
    states = np.array(epochs["state"])
    assert ((states == "stationary").sum(), (states == "running").sum()) == (2, 67)
    time_s, cm_s = smooth
    rows = zip(*(epochs[k] for k in ("state", "start_s", "stop_s")), strict=True)
    means = epochs["mean_speed_cm_s"]
    assert np.all(np.diff(epochs["start_s"]) >= rule.window_s - 1e-9)
    for (state, start, stop), mean in zip(rows, means, strict=True):
        own = np.abs(cm_s[(time_s >= start) & (time_s < stop)])
        assert stop - start == pytest.approx(rule.window_s)
        assert own.mean() == pytest.approx(mean, abs=0.3)
        limits = rule.epochs
        if state == "running":
            moving = np.mean(own > limits.moving_above_cm_s)
            assert moving >= limits.running.fraction_moving_at_least - 0.05
        else:
            assert own.max() < limits.stationary.max_below_cm_s + 0.3
