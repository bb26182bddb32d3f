"""A fit knows conditioning epochs alone, and a sentence says why there is none."""

from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import save

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Physics
from minicolumn.config.tuned import Also
from minicolumn.files.tables import POSTERIOR_SAMPLES
from minicolumn.keys import FIT_TRIALS
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import simulate
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.smooth import SMOOTH_NAMES
from minicolumn.tuning import attempt as module, fit
from minicolumn.tuning.answers import described, members_of
from minicolumn.tuning.attempt import attempt
from minicolumn.tuning.curves import Curves
from minicolumn.tuning.fit import FitOutcome
from minicolumn.tuning.fits_archive import load, save as save_fits
from minicolumn.tuning.starts import Bank, Starts
from minicolumn.tuning.targets import Targets, even

SD = np.full(len(SMOOTH_NAMES), 0.1)


@pytest.fixture(scope="module")
def physics(cfg):
    short = cfg.simulation.model_copy(update={"duration_s": 1.0, "warmup_s": 0.2})
    small = Physics(**cfg.physics()).model_copy(update={"simulation": short})
    few = small.prior["n_neurons"].model_copy(update={"low": 25.0, "high": 25.0})
    return small.model_copy(update={"prior": small.prior | {"n_neurons": few}})


@pytest.fixture(scope="module")
def starts(physics):
    rows = parameter_rows(physics.prior, physics.seed, range(6))
    values = np.random.default_rng(1).uniform(0.1, 2, (6, len(STATISTIC_NAMES)))
    empty = POSTERIOR_SAMPLES.arrow().empty_table()
    return Starts("nearest", 2, Bank(rows, values), empty, 3, physics.seed)


def made_from(monkeypatch, session, starts, fitting, cfg, physics):
    """Return all that a fit of the session is made from, as bytes."""
    taken = []
    monkeypatch.setattr(module, "tune", lambda *arguments: taken.append(arguments))
    attempt([session], starts, SD, fitting, cfg.statistics, physics)
    circuits, members, targets, *_ = taken[0]
    arrays = {f"w{k}": one.weights_uS for k, one in enumerate(circuits)}
    arrays |= {f"m{k}": one for k, one in enumerate(members)}
    return save(arrays | {name: np.asarray(v) for name, v in vars(targets[0]).items()})


def test_nothing_but_conditioning_epochs_enters_a_fit(
    monkeypatch, session, starts, fitting, cfg, physics
):
    given = starts, fitting, cfg, physics
    before = made_from(monkeypatch, session, *given)
    others = replace(session, running=session.running[:3] * 5)
    assert made_from(monkeypatch, others, *given) == before
    rest = session.stationary.copy()
    rest[1::2] *= 3
    assert made_from(monkeypatch, replace(session, stationary=rest), *given) == before
    rest[::2] *= 1.01
    assert made_from(monkeypatch, replace(session, stationary=rest), *given) != before


def test_what_cannot_be_fitted_is_one_sentence(session, starts, fitting, cfg, physics):
    def why(sessions, starts=starts):
        return attempt(sessions, starts, SD, fitting, cfg.statistics, physics)

    assert why([]) == "the session is not scored"
    few = replace(session, stationary=session.stationary[:3])
    assert "2 conditioning epochs at rest are too few" in why([few])
    undefined = replace(session, stationary=np.full_like(session.stationary, np.nan))
    assert "statistics have a target" in why([undefined])
    none = replace(starts, kind="posterior")
    assert why([session], none).startswith("there is no circuit to start from")


def lost(circuit, session, fitting, cfg, physics):
    """Return the loss of a circuit in the first step, from its simulation alone."""
    (spikes,) = simulate([Run(circuit, FIT_TRIALS[0])], physics)
    values = described(spikes, cfg.statistics, physics)
    targets = Targets.of(session.conditioning, SD, fitting)
    found = np.array([values[name] for name in SMOOTH_NAMES])
    away = np.abs(even(found, fitting) - targets.center) / targets.sd
    rho = np.where(away < 3, away**2, 6 * away - 9)[targets.used]
    return rho[np.isfinite(rho)].sum() / targets.used.sum()


@pytest.mark.slow
def test_a_fit_moves_keeps_signs_and_survives_the_disk(
    tmp_path, monkeypatch, session, starts, fitting, cfg, physics
):
    def found(session):
        return attempt([session], starts, SD, fitting, cfg.statistics, physics)

    fits = found(session)
    assert fits.loss.shape == (2, fitting.steps)
    seen = [lost(one, session, fitting, cfg, physics) for one in fits.starts]
    np.testing.assert_allclose(fits.loss[:, 0], seen, rtol=1e-4)
    for start, end in zip(fits.starts, fits.fitted, strict=True):
        there = start.weights_uS > 0
        assert (end.weights_uS[there] > 0).all()
        assert not end.weights_uS[~there].any()
        assert not np.array_equal(end.weights_uS, start.weights_uS)
        assert not np.array_equal(end.drive_nA, start.drive_nA)
    save_fits(tmp_path / "one", 11, fits, fitting, 1)
    again = found(replace(session, running=session.running[:2] * 9))
    save_fits(tmp_path / "two", 11, again, fitting, 1)
    for name in ("weights.safetensors", "manifest.json"):
        one, two = (tmp_path / k / name for k in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()
    identity, kept = load(tmp_path / "one")
    assert identity == 11
    np.testing.assert_array_equal(kept.fitted[1].weights_uS, fits.fitted[1].weights_uS)

    monkeypatch.setattr(fit, "EXPLODED", 0.0)
    refused = found(session)
    halved = [0.3 / 2**k for k in range(fitting.steps)]
    np.testing.assert_allclose(refused.gain[0], halved, rtol=1e-6)
    np.testing.assert_allclose(
        refused.fitted[0].weights_uS, refused.starts[0].weights_uS, rtol=1e-6
    )
    monkeypatch.setattr(fit, "LOWEST_GAIN", 0.1)
    assert found(session).outcomes == [FitOutcome.EXPLODED] * 2


@pytest.mark.slow
def test_further_terms_take_part_in_a_fit(session, starts, fitting, cfg, physics):
    """Curves add to the loss what they are away by, and move what is fitted."""
    circuits = build_circuits(starts.bank.rows[:2], physics)
    members = [members_of(one, cfg.statistics, physics.seed) for one in circuits]
    targets = [Targets.of(session.conditioning, SD, fitting)] * 2
    aims = [Curves(np.full((1, 2, 10), 9.0), np.full((1, 7), 9.0))] * 2

    def found(**weights):
        given = {"unit_rates": 0.0, "fano": 0.0, "weight_distribution": 0.0} | weights
        settings = fitting.model_copy(update={"also": Also(**given)})
        return fit.tune(circuits, members, targets, settings, physics, aims)

    alone, both = found(), found(unit_rates=1.0, fano=1.0, weight_distribution=1.0)
    assert (both.loss[:, 0] > alone.loss[:, 0] + 1).all()
    assert np.isfinite(both.loss).all()
    assert not np.array_equal(both.fitted[0].drive_nA, alone.fitted[0].drive_nA)


def test_a_fit_of_parameters_takes_the_same_road(
    monkeypatch, session, starts, fitting, cfg, physics
):
    taken = []
    monkeypatch.setattr(module, "tune_parameters", lambda *given: taken.append(given))
    settings = fitting.model_copy(update={"update": "levenberg_marquardt"})
    attempt([session], starts, SD, settings, cfg.statistics, physics)
    rows, targets, *_ = taken[0]
    assert [row["circuit_id"] for row in rows] == [
        row["circuit_id"] for row in starts.of(session)
    ]
    expected = Targets.of(session.conditioning, SD, settings)
    np.testing.assert_array_equal(targets.center, expected.center)
