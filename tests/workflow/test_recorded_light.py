"""Light in a SYNTHETIC session of Allen's schema, on the real Snakefile."""

from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest

from minicolumn.files.store import read_table
from minicolumn.files.tables import OPTOGENETIC_CHANGES, OPTOGENETIC_SCORES

pynwb = pytest.importorskip("pynwb")
pytestmark = pytest.mark.workflow

OVERLAY = """
run: light
recordings:
  source: nwb
  nwb: {files: {5: one.nwb}, units: {waveform_duration: waveform_duration}}
"""
N_UNITS, N_NARROW, STOP_S = 24, 12, 160.0
ON_S = 20 + 2.0 * np.arange(60)
SECONDS = {"pulse": 0.01, "raised_cosine": 1.0}


def spikes(unit):
    """Narrow units follow light at once; broad ones, all in LP, are left alone."""
    rng = np.random.default_rng(unit)
    found = rng.uniform(0, STOP_S, rng.poisson(5 * STOP_S))
    if unit < N_NARROW:
        found = np.r_[found, ON_S + 0.003]
    return np.sort(found)


def write(path, lit=True):
    """A session with units, running speed, and the table of AllenSDK's optotagging."""
    file = pynwb.NWBFile("SYNTHETIC session", "5", datetime(2026, 1, 1, tzinfo=UTC))
    probe = file.create_electrode_group(
        name="probeA", description="one", location="V1", device=file.create_device("np")
    )
    for place in ("VISp", "LP"):
        file.add_electrode(location=place, group=probe, x=0.0, y=0.0, z=0.0)
    for name in ("presence_ratio", "isi_violations", "waveform_duration"):
        file.add_unit_column(name=name, description=name)
    for unit in range(N_UNITS):
        narrow = unit < N_NARROW
        file.add_unit(
            spike_times=spikes(unit), electrodes=[int(not narrow)],
            presence_ratio=0.99, isi_violations=0.1,
            waveform_duration=0.2 if narrow else 0.7,
        )  # fmt: skip
    times = np.arange(0, STOP_S, 0.02)
    running = file.create_processing_module("running", "speed of the wheel")
    running.add(
        pynwb.TimeSeries(
            name="running_speed",
            data=np.zeros(times.size),
            unit="cm/s",
            timestamps=times,
        )
    )
    if lit:
        add_light(file)
    with pynwb.NWBHDF5IO(path, "w") as io:
        io.write(file)


def add_light(file):
    module = file.create_processing_module("optotagging", "optogenetic stimulation")
    names = np.resize(["pulse", "raised_cosine"], ON_S.size)
    lasts = np.array([SECONDS[name] for name in names])
    series = pynwb.TimeSeries(
        name="optotagging", timestamps=ON_S, data=lasts, unit="seconds"
    )
    module.add(series)
    table = pynwb.epoch.TimeIntervals(
        name="optogenetic_stimulation", description="light"
    )
    for name in ("condition", "level", "stimulus_name", "duration"):
        table.add_column(name=name, description=name)
    for start_s, name, duration in zip(ON_S, names, lasts, strict=True):
        table.add_interval(
            start_time=start_s, stop_time=start_s + duration, condition="of light",
            level=1.7, stimulus_name=str(name), duration=duration,
            tags=["optical_stimulation"], timeseries=[series],
        )  # fmt: skip
    module.add(table)


def run(checkout, **options):
    (checkout.path / "light.yaml").write_text(OVERLAY)
    write(checkout.path / "one.nwb", **options)
    arguments = ("--cores", "1", "--configfile", "demo.yaml", "light.yaml")
    return checkout.snakemake(*arguments, "--", "perturb_sessions", check=False)


@pytest.mark.slow
def test_lit_units_of_a_session_are_found(checkout):
    output = run(checkout)
    path = checkout.path / "results/light/perturbation/sessions/5.parquet"
    assert path.is_file(), output
    rows = read_table(path, OPTOGENETIC_CHANGES).to_pylist()
    assert {(row["stimulus"], row["n_light"]) for row in rows} == {
        ("pulse", 30),
        ("raised_cosine", 30),
    }
    kinds = Counter((row["lit"], row["area"]) for row in rows)
    assert kinds == {("lit", "VISp"): 2 * N_NARROW, ("unlit", "LP"): 2 * N_NARROW}
    pulsed = [
        r["change_hz"] for r in rows if (r["lit"], r["stimulus"]) == ("lit", "pulse")
    ]
    assert np.mean(pulsed) == pytest.approx(1 / 0.05, rel=0.1)
    scores = path.parent.with_name("session_scores") / path.name
    judged = read_table(scores, OPTOGENETIC_SCORES).to_pylist()
    assert {row["n_unlit"] for row in judged} == {N_UNITS - N_NARROW}
    assert {row["answer"] for row in judged} == {"floor", "no_change", "one_factor"}


@pytest.mark.slow
def test_a_session_without_light_is_one_sentence(checkout):
    run(checkout, lit=False)
    log = checkout.path / "results/light/logs/perturb_session/5.log"
    assert (
        "has no light that can be read: perturbation.sessions.table=" in log.read_text()
    )
