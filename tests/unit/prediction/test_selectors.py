import numpy as np
from bare import INPUT_NAMES, PRIOR_OF_EI

from minicolumn.prediction.selectors import Nearest

RNG = np.random.default_rng
FIRST = INPUT_NAMES[0]


def test_the_prior_is_every_training_circuit_at_the_assumed_levels(study, target):
    made = study(range(40))
    chosen = made.prior.select(target(1, 5.0), "synaptic", RNG(0))
    training = [c for c in range(40) if made.given.rule.split_of(c) == "train"]
    np.testing.assert_array_equal(chosen.circuits[FIRST], training)
    assert set(chosen.rest) == {0.2}
    assert set(chosen.running) == {0.8}


def test_the_nearest_are_training_circuits_most_like_the_session_at_rest(study, target):
    made = study(range(40))
    training = np.array(
        [c for c in range(40) if made.given.rule.split_of(c) == "train"]
    )
    one = Nearest(made.prior.bank, np.ones(11), 2)
    chosen = one.select(target(1, training[4] + 0.1), "synaptic", RNG(0))
    assert chosen.circuits[FIRST][0].as_py() == training[4]
    assert chosen.circuits.num_rows == 2


def test_selectors_know_the_conditioning_epochs_alone(study, target):
    made, one, other = study(), target(1, 5.0), target(1, 5.0)
    other.session.running[:] += 1e6
    other.session.stationary[1::2] += 1e6
    other.observed.running[:] = other.observed.evaluation[:] = 1e6
    for selector in (made.prior, made.nearest, made.posterior):
        first, second = (
            selector.select(target, "synaptic", RNG(0)) for target in (one, other)
        )
        assert first.circuits.equals(second.circuits)
        np.testing.assert_array_equal(first.rest, second.rest)
        np.testing.assert_array_equal(first.running, second.running)
        assert first.circuits.num_rows


def test_the_level_of_running_is_drawn_for_samples_of_the_posterior(study, target):
    chosen = study().posterior.select(target(1, 5.0), "synaptic", RNG(0))
    assert chosen.running.min() >= 0.6
    assert chosen.running.max() <= 1.0
    assert np.unique(chosen.running).size == len(chosen.running) == 200
    np.testing.assert_allclose(chosen.circuits[FIRST], 5.0)


def test_the_posterior_is_asked_for_the_mechanisms_of_the_target_alone(study, target):
    asked = []

    class Asked:
        prior = PRIOR_OF_EI

        def sample(self, known, draws, seed, key=0):
            asked.append((known.mechanism.tolist(), seed, key))
            return np.zeros((len(known), draws, len(INPUT_NAMES)))

    made = study(posterior=Asked())
    mouse = target(12, 5.0, "held_out", ("synaptic",))
    for _model in range(2):
        made.posterior.select(mouse, "synaptic", RNG(0))
    assert asked == [(["synaptic"], 1, 12)]
