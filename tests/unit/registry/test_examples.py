"""What docs/extending adds keeps the laws of its kind."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from overlay import overlaid

from minicolumn.circuits import acetylcholine
from minicolumn.circuits.acetylcholine import condition_of
from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.mechanisms import MECHANISMS, VARIANTS
from minicolumn.circuits.prior import sample_parameters
from minicolumn.circuits.standard_prior import StandardPrior
from minicolumn.config import Range
from minicolumn.config.circuits import Acetylcholine
from minicolumn.errors import ExtensionError
from minicolumn.jobs.digest import modules_behind
from minicolumn.learning.splits import SplitRule
from minicolumn.recordings.readers import reader_name, reader_named
from minicolumn.registry.lookup import entry, extension_files
from minicolumn.statistics import describe as describe_module
from minicolumn.statistics.describe import describe
from minicolumn.statistics.names import MATCHED_NAMES, STATISTIC_NAMES
from minicolumn.statistics.scales import scaled
from minicolumn.statistics.trains import SpikeTrains
from minicolumn.surrogates.archive import load, save
from minicolumn.surrogates.dataset import (
    CalibrationRows,
    Dataset,
    TestRows,
    TrainingRows,
    ValidationRows,
)
from minicolumn.surrogates.models import fit
from minicolumn.surrogates.names import ARCHITECTURES, TRAINING_SETS
from minicolumn.surrogates.rows import INPUT_NAMES


def test_everything_added_is_known_by_name():
    assert MECHANISMS[-1] == VARIANTS["nicotinic"] == "nicotinic"
    assert "nicotinic" in TRAINING_SETS
    assert ARCHITECTURES[-1] == "quadratic"
    assert STATISTIC_NAMES[-1] == "cv2"
    assert MATCHED_NAMES[-2:] == ("cv2_matched", "fast_corr_matched")


def test_nicotinic_acts_on_inhibitory_neurons_alone_and_not_at_level_0():
    ach = Acetylcholine(**overlaid("demo.yaml")["acetylcholine"]).at_dose(7.5)
    none, *others = (condition_of("nicotinic", level, ach) for level in ach.levels)
    assert none == Condition()
    shifts = [condition.depolarization_mV["inh"] for condition in others]
    assert (np.diff([0, *shifts]) > 0).all()
    for condition, shift in zip(others, shifts, strict=True):
        assert condition == Condition(depolarization_mV={"inh": shift})


@pytest.mark.parametrize(
    ("times_s", "expected"),
    [
        (np.sort(np.random.default_rng(3).uniform(0, 1000, 50_000)), 1),
        (np.arange(0.01, 1000, 0.02), 0),
        (np.empty(0), np.nan),
    ],
)
def test_cv2_is_1_for_a_poisson_process_and_0_for_a_clock(times_s, expected):
    trains = SpikeTrains(np.zeros(times_s.size, int), times_s, 1, 1000.0)
    assert describe(trains)["cv2"] == pytest.approx(expected, abs=0.02, nan_ok=True)


def test_the_triangle_has_its_moments_and_the_posterior_its_coordinates():
    values = overlaid("demo.yaml")["prior"]
    prior = {name: Range(**allowed) for name, allowed in values.items()}
    name = "g_ee_nS"
    prior[name] = Range(low=10, high=80, scale="triangular", source="a test")
    drawn = [sample_parameters(prior, 1, circuit) for circuit in range(4000)]
    ours = np.array([circuit[name] for circuit in drawn])
    assert 10 <= ours.min() < ours.max() <= 80
    assert ours.mean() == pytest.approx(45, abs=1)
    assert ours.std() == pytest.approx(70 / np.sqrt(24), rel=0.03)
    standard = StandardPrior(prior | {"level": _REST})
    inputs = np.array([[*circuit.values(), 0.1] for circuit in drawn])
    z = standard.to_normal(inputs, np.random.default_rng(1))
    assert z.std(axis=0) == pytest.approx(1, abs=0.05)
    back = standard.from_normal(z)[:, list(standard.ranges).index(name)]
    np.testing.assert_allclose(back, ours, rtol=1e-4)


_REST = Range(low=0.1, high=0.1, scale="uniform", source="a test")


def test_quadratic_learns_a_product_and_survives_the_disk(tmp_path):
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(2000, len(INPUT_NAMES)))
    product = inputs[:, :1] * inputs[:, 1:2]
    targets = np.tile(product, len(STATISTIC_NAMES))
    targets[::3, 0] = np.nan
    rows = inputs, targets, np.arange(2000), {}, INPUT_NAMES
    made = fit("quadratic", TrainingRows(*rows), ValidationRows(*rows), {}, seed=0)
    error = made.predict(inputs) - product
    assert np.median(np.abs(error)) < 0.1
    parts = CalibrationRows(*rows), TestRows(*rows)
    rule = SplitRule(0, 0.1, 0.1, 0.1)
    data = Dataset(
        "combined", rule, TrainingRows(*rows), ValidationRows(*rows), *parts, 0
    )
    save(tmp_path / "quadratic", made, data, seed=0, miscoverage=0.1)
    again = load(tmp_path / "quadratic").surrogate
    np.testing.assert_array_equal(again.predict(inputs), made.predict(inputs))
    assert again.n_weights == made.learned["weights"].size


def test_arrays_are_read_as_they_were_written(tmp_path):
    edge_s = np.linspace(0, 2, 21)
    file = tmp_path / "mouse.npz"
    spikes = {"unit": [7, 3, 7], "s": [1.5, 0.1, 0.5]}
    np.savez(file, **spikes, edge_s=edge_s, cm_s=np.ones(20))
    recording = reader_named(reader_name("arrays"))(file, 1)
    assert recording.units["unit_id"].tolist() == [3, 7]
    assert recording.units["spike_times_s"][1].tolist() == [0.5, 1.5]
    assert np.isnan(recording.units["presence_ratio"]).all()
    assert recording.speed["stop_s"][-1] == recording.intervals["stop_s"][0] == 2


def test_a_job_depends_on_what_its_result_is_made_with_alone():
    scripts = Path(__file__).parents[3] / "workflow_scripts"

    def behind(script, **wildcards):
        modules = modules_behind(scripts / f"{script}.py")
        return [Path(file).stem for file in extension_files(modules, wildcards)]

    assert behind("simulate_shard", mechanism="synaptic") == []
    assert behind("simulate_shard", mechanism="nicotinic") == ["nicotinic"]
    assert behind("simulate_mice") == ["nicotinic", "triangular"]
    assert behind("sample_circuits") == ["triangular"]
    assert behind("describe_recordings") == ["cv2"]
    assert behind("train_surrogate", architecture="mlp") == []
    assert behind("train_surrogate", architecture="quadratic") == ["quadratic"]
    assert behind("predict") == ["quadratic", "triangular"]  # posterior of a prior
    assert behind("extract_recording") == ["arrays"]
    assert behind("find_epochs") == []


def test_a_users_statistic_has_its_own_scale():
    values = scaled(np.array([np.e, -1.0]), ["cv2", "cv2_matched"])
    np.testing.assert_array_equal(values, [1.0, np.nan])


def test_what_an_extension_returns_is_checked_where_it_enters(monkeypatch):
    """Each message names the file, what came and what is wanted."""
    ach = Acetylcholine(**overlaid("demo.yaml")["acetylcholine"]).at_dose(7.5)
    nicotinic, cv2 = entry("mechanism", "nicotinic"), entry("statistic", "cv2")

    def acts_without_ach(level, ach):
        return replace(nicotinic.made(level, ach), release={"EE": 0.5})

    for made in (acts_without_ach, lambda level, ach: Condition() if not level else 1):
        wrong = replace(nicotinic, target=made)
        monkeypatch.setattr(acetylcholine, "entry", lambda *_, one=wrong: one)
        with pytest.raises(ExtensionError, match=r"nicotinic\.py does not .* level 0"):
            acetylcholine.condition_of("nicotinic", 1.0, ach)
    trains = SpikeTrains([], [], 3, 1.0)
    for value in (0.0, np.array([np.inf])):
        wrong = replace(cv2, target=lambda *_, value=value: value)
        with pytest.raises(ExtensionError, match=r"cv2\.py returned .* each of 1"):
            describe_module.values_of(wrong, trains, np.ones((1, 3), bool))
