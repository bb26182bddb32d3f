import numpy as np
import pytest
from bare import INPUT_NAMES, PRIOR_OF_EI

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.base import Between
from minicolumn.prediction import study as study_module
from minicolumn.prediction.forward import emulator, simulator
from minicolumn.prediction.predict import predict
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.rows import LEVEL

N = len(STATISTIC_NAMES)


def test_the_method_differs_by_session(study, model, target):
    """Change is first x rise, which is uniform on 0.4 to 0.8: median 0.6."""
    sessions = [target(1, 5.0), target(2, -5.0)]
    up, down = predict(sessions, study().posterior, emulator(model()), seed=1)
    np.testing.assert_allclose(up.change.predicted, 3.0, atol=0.15)
    np.testing.assert_allclose(down.change.predicted, -3.0, atol=0.15)
    np.testing.assert_array_equal(up.change.p_up, 1.0)
    np.testing.assert_array_equal(down.change.p_up, 0.0)
    np.testing.assert_allclose(up.change.low, 2.1, atol=0.1)
    np.testing.assert_allclose(up.change.high, 3.9, atol=0.1)


@pytest.mark.parametrize(("doses", "covered"), [((5.0, 10.0), 0.9), ((7.5, 7.5), 0.0)])
def test_intervals_hold_mice_of_unknown_dose_if_predictions_integrate_over_it(
    study, model, target, named, doses, covered
):
    """Every change is dose x rise. Once all circuits had 7.5 mV, and mice 5 to 10."""
    dose = INPUT_NAMES.index("max_mV")

    class KnowsTheDose(named):
        def predict(self, inputs):
            return np.repeat((inputs[:, dose] * inputs[:, LEVEL])[:, None], N, axis=1)

    class Posterior:
        prior = PRIOR_OF_EI

        def sample(self, known, draws, seed, key=0):
            inputs = np.zeros((len(known), draws, len(INPUT_NAMES)))
            inputs[..., dose] = np.random.default_rng(key).uniform(*doses, draws)
            return inputs

    mice = [
        target(key, 0.0, "held_out", ("combined",), change=0.6 * mV)
        for key, mV in enumerate(np.linspace(5.0, 10.0, 101))
    ]
    rise = Between(low=0.6, high=0.6)
    selector = study(posterior=Posterior(), rise=rise, draws=1000).posterior
    forward = emulator(model("combined", surrogate=KnowsTheDose()))
    found = [(one.target, one.change) for one in predict(mice, selector, forward, 1)]
    held = [c.low[0] <= t.observed.change[0] <= c.high[0] for t, c in found]
    assert np.mean(held) == pytest.approx(covered, abs=0.03)


def test_the_published_method_is_the_mean_change_of_the_training_circuits(
    study, model, target
):
    made, sessions = study(range(40)), [target(1, 5.0), target(2, -5.0)]
    training = [c for c in range(40) if made.given.rule.split_of(c) == "train"]
    one, other = predict(sessions, made.prior, emulator(model()), seed=1)
    np.testing.assert_allclose(one.change.predicted, 0.6 * np.mean(training))
    np.testing.assert_array_equal(one.change.predicted, other.change.predicted)
    share_up = (np.sign(training).sum() + 0.5 * training.count(0)) / len(training)
    np.testing.assert_allclose(one.change.p_up, share_up)


def test_the_simulator_needs_no_surrogate(study, target):
    made = study(range(40))
    training = [c for c in range(40) if made.given.rule.split_of(c) == "train"]
    forward = simulator(made.prior.bank, "synaptic")
    (mean,) = predict([target(1, 5.0)], made.prior, forward, seed=1)
    np.testing.assert_allclose(mean.change.predicted, 0.6 * np.mean(training))
    near = study(range(40), nearest_circuits=1).nearest
    (nearest,) = predict([target(1, training[7])], near, forward, seed=1)
    np.testing.assert_allclose(nearest.change.predicted, 0.6 * training[7])
    assert np.isnan(nearest.change.p_up).all()  # one circuit has no distribution


def test_a_target_is_predicted_alike_whatever_other_targets_there_are(
    study, model, target
):
    one, other = target(1, 5.0), target(2, -5.0)
    forward = emulator(model())
    (alone,) = predict([other], study().posterior, forward, seed=1)
    _, together = predict([one, other], study().posterior, forward, seed=1)
    np.testing.assert_array_equal(alone.change.draws, together.change.draws)


def test_a_held_out_mouse_is_predicted_as_a_session_with_its_epochs_is(
    study, model, target
):
    """The positive control is the method: only the kind of target differs."""
    forward = emulator(model(), residuals=np.random.default_rng(0).normal(size=(9, N)))
    for made in (study().posterior, study().prior):
        session, mouse = (
            next(predict([one], made, forward, seed=1))
            for one in (target(7, 5.0), target(7, 5.0, "held_out", ("synaptic",)))
        )
        np.testing.assert_array_equal(session.change.draws, mouse.change.draws)
        np.testing.assert_array_equal(session.change.predicted, mouse.change.predicted)


def test_controls_and_sessions_go_through_one_function(
    study, model, target, monkeypatch
):
    calls = []

    def recording(targets, selector, forward, seed):
        calls.append((selector.name, forward.name, {one.kind for one in targets}))
        return predict(targets, selector, forward, seed)

    monkeypatch.setattr(study_module, "predict", recording)
    targets = [target(1, 5.0), target(7, 5.0, "held_out", ("synaptic",))]
    study().predictions([model()], targets, {1: np.ones(N)})
    every = {"session", "held_out"}
    assert all(kinds == every for _, _, kinds in calls)
    assert {call[:2] for call in calls} == {
        *(("posterior", "mlp"), ("prior", "mlp"), ("prior", "bank")),
        *(("nearest", "bank"), ("prior", "rate_alone")),
    }
    assert len(calls) == 2 + 3 * len(MECHANISMS)


def test_a_mouse_whose_mechanism_is_known_is_predicted_under_no_other(
    study, model, target
):
    mouse = target(7, 5.0, "held_out", ("combined",))
    for training_set, n in (("combined", 1), ("ach_shuffled", 1), ("synaptic", 0)):
        forward = emulator(model(training_set))
        assert len(list(predict([mouse], study().posterior, forward, 1))) == n


def test_rows_say_who_was_predicted_by_what(study, model, target):
    (one,) = predict([target(1, 5.0)], study().posterior, emulator(model()), seed=1)
    rows = one.rows(np.full(N, 2.0))
    assert [row["statistic"] for row in rows] == list(STATISTIC_NAMES)
    assert rows[0]["observed"] == pytest.approx(3.0)
    assert {row["scale"] for row in rows} == {2.0}
    assert rows[0]["target_id"] == 1
    assert {tuple(list(row.values())[1:6]) for row in rows} == {
        ("session", "stationary to running", "posterior", "mlp", "synaptic")
    }
