"""Lit units and others of SYNTHETIC sessions whose truth is known."""

import numpy as np
import pytest

from minicolumn.errors import RecordingError
from minicolumn.files.store import columns_of, write_table
from minicolumn.files.tables import OPTOGENETIC_CHANGES
from minicolumn.perturbation.recorded import LIT, UNCLEAR, UNLIT, lit_session
from minicolumn.recordings.light import Light

N_TRIALS, BASE_HZ = 80, 10.0
AREAS = ["VISp"] * 20 + ["LP"] * 10
NARROW = np.arange(30) < 12
FAST = np.r_[np.arange(14), 28, 29]
NO_FILTER: dict = {}


@pytest.fixture
def lit(cfg):
    return cfg.perturbation.sessions.model_copy(update={"areas": ("VISp",)})


def light(levels=(1.5,), duration_s=0.01):
    """Light every 2 s, levels in turn."""
    start_s = 10 + 2.0 * np.arange(N_TRIALS)
    level = np.resize(levels, N_TRIALS)
    return Light(start_s, start_s + duration_s, np.full(N_TRIALS, "pulse"), level)


def units(lit_at, window_s=0.05):
    """12 narrow units; 14 in VISp and 2 in LP answer at once, all others later."""
    rng = np.random.default_rng(1)
    trains = []
    for unit in range(30):
        spikes = rng.uniform(0, 200, rng.poisson(BASE_HZ * 200))
        on_s = lit_at.start_s[lit_at.level > 0]
        if unit in FAST:
            spikes = np.r_[spikes, (on_s + 0.004)[rng.random(on_s.size) < 0.7]]
        else:
            inside = (spikes[:, None] >= on_s + 0.01) & (
                spikes[:, None] < on_s + window_s
            )
            spikes = spikes[~(inside.any(axis=1) & (rng.random(spikes.size) < 0.8))]
        trains.append(np.sort(spikes))
    none = [None] * 30
    return {
        "unit_id": list(range(100, 130)), "area": AREAS, "probe": ["probeA"] * 30,
        "presence_ratio": none, "isi_violations": none, "amplitude_cutoff": none,
        "waveform_duration_ms": np.where(NARROW, 0.2, 0.7).tolist(),
        "spike_times_s": trains,
    }  # fmt: skip


@pytest.fixture
def session(lit):
    return lit_session(units(light()), light(), lit, NO_FILTER)


def test_lit_are_narrow_in_the_area_and_at_once_and_doubt_is_said(session):
    kinds = np.array(session.kinds())
    assert set(np.flatnonzero(kinds == LIT)) == set(range(12))
    assert set(np.flatnonzero(kinds == UNCLEAR)) == {12, 13, 28, 29}
    assert (kinds[14:28] == UNLIT).all()


def test_changes_are_those_of_light_without_sham(session, tmp_path):
    rows = [{"session_id": 7} | row for row in session.rows()]
    write_table(tmp_path / "rows.parquet", OPTOGENETIC_CHANGES, columns_of(rows))
    assert len(rows) == 30
    of_lit = np.mean([r["change_hz"] for r in rows if r["lit"] == LIT])
    others = [r["change_hz"] for r in rows if r["lit"] == UNLIT]
    assert of_lit == pytest.approx(0.7 / 0.05, rel=0.1)
    assert np.mean(others) == pytest.approx(-0.8 * BASE_HZ * 0.8, rel=0.15)
    sham = np.mean([r["sham_hz"] for r in rows if r["lit"] == UNLIT])
    assert sham == pytest.approx(BASE_HZ, rel=0.05)
    halves = np.array([[r[f"half_change_{k}_hz"] for r in rows] for k in (1, 2)])
    assert np.corrcoef(halves)[0, 1] > 0.8
    np.testing.assert_allclose(
        halves.mean(axis=0), [r["change_hz"] for r in rows], atol=0.1
    )


def test_rows_of_level_0_are_the_sham(lit):
    both = light((0.0, 1.5), duration_s=1.0)
    one = lit_session(units(both), both, lit, NO_FILTER)
    sham = one.sham()
    assert len(sham) == N_TRIALS // 2
    assert (sham[:, 1] - sham[:, 0] == 1.0).all()
    assert {row["level"] for row in one.rows()} == {1.5}


def test_sham_never_meets_light(session):
    sham, on = session.sham(), session.light
    for start_s, stop_s in sham:
        assert not ((on.start_s < stop_s) & (on.stop_s > start_s)).any()


def test_each_level_has_rows_of_its_own(lit):
    both = light((1.3, 2.0))
    rows = list(lit_session(units(both), both, lit, NO_FILTER).rows())
    assert {row["level"] for row in rows} == {1.3, 2.0}
    assert {row["n_light"] for row in rows} == {N_TRIALS // 2}


def test_an_area_without_units_is_one_sentence(session, lit):
    elsewhere = lit.model_copy(update={"areas": ("VISp", "VISam")})
    one = lit_session(session.units, session.light, elsewhere, NO_FILTER)
    with pytest.raises(RecordingError, match=r"recorded in VISam, .*LP, VISp"):
        one.kinds()


def test_too_few_lit_units_are_one_sentence(session, lit):
    few = session.units | {"waveform_duration_ms": [0.7] * 30}
    with pytest.raises(
        RecordingError, match=r"only 0 units are lit, .*of 30 units, 16"
    ):
        lit_session(few, session.light, lit, NO_FILTER).kinds()


def test_light_without_darkness_is_one_sentence(session, lit):
    always = session.light._replace(stop_s=session.light.start_s + 3)
    with pytest.raises(RecordingError, match="the session has no sham"):
        lit_session(session.units, always, lit, NO_FILTER).kinds()
