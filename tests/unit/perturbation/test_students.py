"""Students: what each variant may and may not do, and that they can learn."""

from dataclasses import replace
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from minicolumn.perturbation.fits import fit
from minicolumn.perturbation.losses import (
    LAGS,
    Summary,
    Targets,
    lagged_covariance,
    loss,
    smoothed,
    summarize,
)
from minicolumn.perturbation.neurons import Neurons
from minicolumn.perturbation.students import (
    Student,
    Weights,
    noise_key,
    spike,
    undisturbed,
)
from minicolumn.perturbation.timing import LIGHT_ON, STEPS, in_steps, steps_of
from minicolumn.perturbation.variants import STUDENTS, Variant

KEY = noise_key(3)
TRIALS = 8


@pytest.fixture(scope="module")
def few():
    """Twelve recorded neurons: four excitatory and two inhibitory in each area."""
    area = np.array([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1])
    return Neurons(area, (np.arange(12) >= 8).astype(int), np.ones(12, bool))


@pytest.fixture(scope="module")
def students(few):
    return {name: Student(variant, few) for name, variant in STUDENTS.items()}


@pytest.fixture(scope="module")
def weights(students):
    return {
        name: one.initial(np.random.default_rng(1)) for name, one in students.items()
    }


@pytest.fixture(scope="module")
def fitted(students, cfg):
    """Return a function: identity to a student after 20 steps on another's trials."""
    teacher, key = students["bio"], noise_key(1)
    strong = teacher.initial(np.random.default_rng(9))
    strong = strong._replace(stimulus=strong.stimulus * 4, bias=strong.bias + 0.3)
    trials = teacher.spikes(strong, undisturbed(teacher.neurons), key, 64) > 0
    few = {"steps": 20, "batch": 16, "rate": 0.05}
    settings = cfg.perturbation.fits.model_copy(update=few)

    @cache
    def of(identity, again="", name="bio"):
        return fit(students[name], trials, settings, 1, (identity,))

    return of


def test_dales_law_and_local_inhibition_hold_after_a_fit(fitted, students, few):
    connections = np.asarray(students["bio"].connections(fitted(5).weights))
    assert (connections[:8] >= 0).all()
    assert (connections[8:] <= 0).all()
    away = few.area[8:, None] != few.area
    assert not connections[8:][away].any()
    assert not np.diag(connections).any()


def test_inhibition_within_an_area_only(students, few):
    for name, local in (("bio", True), ("nonlocal_inhibition", False)):
        away = ~few.excitatory[:, None] & (few.area[:, None] != few.area)
        assert students[name].allowed[away].any() != local


def test_a_fit_lowers_the_loss(fitted):
    found = fitted(5)
    assert found.losses[-5:].mean() < 0.8 * found.losses[:3].mean()
    assert np.isfinite(found.held_out).all()


def test_the_same_identity_is_the_same_fit(fitted):
    first, again, other = fitted(5), fitted(5, "again"), fitted(6)
    assert (again.weights.recurrent == first.weights.recurrent).all()
    assert (other.losses != first.losses).any()


def test_without_dales_law_a_neuron_has_both_signs(students, weights):
    free = np.asarray(students["no_dale"].connections(weights["no_dale"]))
    assert all(row.min() < 0 < row.max() for row in free)


def test_initial_inhibition_balances_excitation(students, weights):
    connections = students["bio"].connections(weights["bio"])
    np.testing.assert_allclose(connections.sum(axis=0), 0, atol=1e-5)


@pytest.mark.parametrize("name", ["bio", "sigmoid"])
def test_spikes_are_0_or_1_and_dark_light_is_no_change(name, students, weights, few):
    student, inputs = students[name], undisturbed(few)
    plain = student.spikes(weights[name], inputs, KEY, TRIALS)
    dark = inputs._replace(wave=in_steps(LIGHT_ON), release=np.ones((12, 12), "f4"))
    assert plain.shape == (TRIALS, STEPS, 12)
    assert set(np.unique(plain)) == {0, 1}
    assert (student.spikes(weights[name], dark, KEY, TRIALS) == plain).all()


@pytest.mark.parametrize("name", ["bio", "sigmoid"])
def test_light_acts_from_its_onset_and_only_where_connections_lead(
    name, students, weights, few
):
    """Without connections, light in one neuron moves that neuron only."""
    student = students[name]
    apart = weights[name]._replace(recurrent=jnp.zeros((12, 12)))
    inputs = undisturbed(few)._replace(wave=in_steps(LIGHT_ON))
    lit = inputs._replace(light=3.0 * (np.arange(12) == 2).astype("f4"))
    dark, light = (student.trials(apart, one, KEY, TRIALS) for one in (inputs, lit))
    moved = np.asarray(dark != light)
    assert moved[..., 2].any()
    assert not np.delete(moved, 2, axis=2).any()
    assert not moved[:, : steps_of(LIGHT_ON).start].any()
    assert light[..., 2].sum() > dark[..., 2].sum()


def test_the_derivative_of_a_spike_is_a_damped_triangle():
    v = jnp.array([-0.5, 0.0, 0.5, 1.0, 1.5, 2.5])
    slope = jax.grad(lambda x: spike(x, jnp.full(6, 0.5)).sum())(v)
    np.testing.assert_allclose(slope, [0, 0, 0.15, 0.3, 0.15, 0], atol=1e-6)


def test_a_rate_student_has_its_exact_derivative(students, weights, few):
    """Agreement with finite differences, along a random direction."""
    student, inputs = students["sigmoid"], undisturbed(few)
    total = jax.jit(lambda w: student.trials(w, inputs, KEY, 2).sum())
    direction = jax.tree.map(lambda x: jnp.ones_like(x) * 0.5, weights["sigmoid"])
    _, found = jax.jvp(total, (weights["sigmoid"],), (direction,))
    step = 1e-2

    def moved(sign):
        pairs = zip(weights["sigmoid"], direction, strict=True)
        return Weights(*(w + sign * step * d for w, d in pairs))

    numerical = (total(moved(1)) - total(moved(-1))) / (2 * step)
    assert float(found) == pytest.approx(float(numerical), rel=0.02)


def test_smoothing_is_causal_and_keeps_the_count():
    spikes = np.zeros((1, STEPS, 1), "f4")
    spikes[0, 40] = 1
    smooth = np.asarray(smoothed(jnp.asarray(spikes)))[0, :, 0]
    assert not smooth[:40].any()
    assert smooth.sum() == pytest.approx(1)
    assert (np.diff(smooth[40:60]) < 0).all()


def test_matched_trials_cost_nothing_in_any_order(students, weights, few):
    found = students["bio"].spikes(weights["bio"], undisturbed(few), KEY, TRIALS)
    targets = Targets.of(found, few)
    mixed = np.random.default_rng(2).permutation(TRIALS)
    summary = summarize(found[mixed], few)
    matched = targets.matched(np.asarray(summary.single))
    assert loss(summary, matched, few.recorded, 1.0) == pytest.approx(0, abs=1e-9)
    assert loss(summary, targets, few.recorded, 1.0) > 0.1
    assert loss(summary, targets, few.recorded, 0.0) == pytest.approx(0, abs=1e-9)


def test_a_lagged_covariance_is_that_of_each_pair_of_trials_and_steps(few):
    spikes = np.random.default_rng(4).random((5, STEPS, 12)) < 0.2
    means = few.means(few.recorded)
    found = lagged_covariance(jnp.asarray(spikes, jnp.float32), means)
    apart = spikes - spikes.mean(axis=0)
    for at, lag in enumerate(LAGS):
        pairs = [
            np.outer(trial[step], trial[step + lag] @ means)
            for trial in apart
            for step in range(STEPS - lag)
        ]
        np.testing.assert_allclose(found[at], np.mean(pairs, axis=0), atol=1e-6)


def test_a_neuron_that_leads_its_area_by_two_steps_covaries_at_that_lag_alone(few):
    spikes = np.random.default_rng(5).random((200, STEPS, 12)) < 0.2
    followers = np.flatnonzero((few.area == 1) & few.excitatory)
    spikes[:, 2:, followers] = spikes[:, :-2, :1]
    found = lagged_covariance(jnp.asarray(spikes, jnp.float32), few.means(few.recorded))
    of_first = np.asarray(found)[:, 0]
    groups = [set(np.flatnonzero(members)) for members in few.groups()]
    strongest = np.unravel_index(of_first.argmax(), of_first.shape)
    assert (LAGS[strongest[0]], groups[strongest[1]]) == (2, set(followers))
    assert of_first.max() == pytest.approx(0.2 * 0.8, rel=0.1)


def test_no_covariance_costs_1_and_the_right_one_nothing(students, weights, few):
    found = students["bio"].spikes(weights["bio"], undisturbed(few), KEY, TRIALS)
    targets = Targets.of(found, few, covariance=True)
    same = summarize(found, few, covariance=True)
    assert loss(same, targets, few.recorded, 1.0) == pytest.approx(0, abs=1e-9)
    none = same._replace(covariance=jnp.zeros_like(same.covariance))
    assert loss(none, targets, few.recorded, 1.0) == pytest.approx(1, rel=1e-4)
    without = Summary(same.mean, same.single)
    assert loss(without, targets, few.recorded, 1.0) == pytest.approx(0, abs=1e-9)


def test_a_student_that_learns_covariances_comes_nearer_to_them(fitted):
    found = fitted(5, name="bio_covariance")
    assert found.losses[-5:].mean() < 0.8 * found.losses[:3].mean()
    assert (found.weights.recurrent != fitted(5).weights.recurrent).any()


def test_every_variant_differs_in_one_thing():
    different = {"bio": 0, "sigmoid": 4, "bio_wrong_depression": 2}
    for name, variant in STUDENTS.items():
        other = sum(has != full for has, full in zip(variant, Variant(), strict=True))
        assert other == different.get(name, 1)


def test_without_a_stimulus_its_weights_do_nothing(students, weights, few):
    alone = replace(students["bio"], stimulated=False)
    strong = weights["bio"]._replace(stimulus=jnp.full(12, 50.0))
    inputs = undisturbed(few)
    plain, same = (
        alone.spikes(w, inputs, KEY, TRIALS) for w in (weights["bio"], strong)
    )
    assert (plain == same).all()
    assert students["bio"].spikes(strong, inputs, KEY, TRIALS).sum() > plain.sum()
