"""What docs/extending adds keeps the laws of its kind."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from overlay import overlaid

from minicolumn.circuits import acetylcholine
from minicolumn.circuits.acetylcholine import effect_of
from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.circuits.mechanisms import MECHANISMS, VARIANTS
from minicolumn.circuits.prior import sample_parameters
from minicolumn.circuits.standard_prior import StandardPrior
from minicolumn.config import Range
from minicolumn.config.physics import Acetylcholine
from minicolumn.errors import ExtensionError
from minicolumn.learning.splits import SplitRule
from minicolumn.registry import added, extension_files
from minicolumn.statistics import describe as describe_module
from minicolumn.statistics.describe import describe
from minicolumn.statistics.names import STATISTIC_NAMES
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


def test_nicotinic_acts_on_inhibitory_neurons_alone_and_not_at_level_0():
    ach = Acetylcholine(**overlaid("demo.yaml")["acetylcholine"])
    effect = effect_of("nicotinic", ach.levels, ach)
    assert (np.diff(effect.depolarization_mV["inh"]) > 0).all()
    assert effect.depolarization_mV["inh"][0] == 0
    assert not effect.depolarization_mV["exc"].any()
    assert all((factor == 1).all() for factor in effect.release.values())


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
    prior = {name: Range(**values[name]) for name in PARAMETER_NAMES}
    name = "g_ee_nS"
    prior[name] = Range(low=10, high=80, scale="triangular", source="a test")
    drawn = [sample_parameters(prior, 1, circuit) for circuit in range(4000)]
    ours = np.array([circuit[name] for circuit in drawn])
    assert 10 <= ours.min() < ours.max() <= 80
    assert ours.mean() == pytest.approx(45, abs=1)
    assert ours.std() == pytest.approx(70 / np.sqrt(24), rel=0.03)
    standard = StandardPrior({n: prior[n] for n in PARAMETER_NAMES} | {"level": _REST})
    inputs = np.array([[*circuit.values(), 0.1] for circuit in drawn])
    z = standard.to_normal(inputs, np.random.default_rng(1))
    assert z.std(axis=0) == pytest.approx(1, abs=0.05)
    back = standard.from_normal(z)[:, INPUT_NAMES.index(name)]
    np.testing.assert_allclose(back, ours, rtol=1e-4)


_REST = Range(low=0.1, high=0.1, scale="uniform", source="a test")


def test_quadratic_learns_a_product_and_survives_the_disk(tmp_path):
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(2000, len(INPUT_NAMES)))
    product = inputs[:, :1] * inputs[:, 1:2]
    targets = np.tile(product, len(STATISTIC_NAMES))
    targets[::3, 0] = np.nan
    rows = inputs, targets, np.arange(2000), (), INPUT_NAMES
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
    recording = added("recordings")["arrays"].made(file, 1)
    assert recording.units["unit_id"].tolist() == [3, 7]
    assert recording.units["spike_times_s"][1].tolist() == [0.5, 1.5]
    assert np.isnan(recording.units["presence_ratio"]).all()
    assert recording.speed["stop_s"][-1] == recording.intervals["stop_s"][0] == 2


def test_a_job_depends_on_what_its_result_is_made_with_alone():
    def named(*modules, **wildcards):
        return [Path(file).stem for file in extension_files(modules, wildcards)]

    simulation = ("minicolumn.circuits", "minicolumn.simulation")
    assert named(*simulation, mechanism="synaptic") == ["triangular"]
    assert named(*simulation, mechanism="nicotinic") == ["nicotinic", "triangular"]
    assert named(*simulation) == ["nicotinic", "triangular"]
    assert named("minicolumn.statistics") == ["cv2"]
    assert named("minicolumn.surrogates", architecture="mlp") == []
    assert named("minicolumn.surrogates") == ["quadratic"]
    assert named("minicolumn.recordings.running") == []


def test_what_an_extension_returns_is_checked_where_it_enters():
    """Each message names the file, what came and what is wanted."""
    ach = Acetylcholine(**overlaid("demo.yaml")["acetylcholine"])
    nicotinic, cv2 = added("mechanism")["nicotinic"], added("statistic")["cv2"]

    def acts_without_ach(levels, ach):
        effect = nicotinic.made(levels, ach)
        return replace(effect, release={"EE": np.full(len(levels), 0.5)})

    wrong = replace(nicotinic, made=acts_without_ach)
    with pytest.raises(ExtensionError, match=r"nicotinic\.py does not .* level 0"):
        acetylcholine._from_outside(wrong, ach.levels, ach)
    trains = SpikeTrains([], [], 3, 1.0)
    for value in (0.0, np.array([np.inf])):
        wrong = replace(cv2, made=lambda *_, value=value: value)
        with pytest.raises(ExtensionError, match=r"cv2\.py returned .* each of 1"):
            describe_module._from_outside(wrong, trains, np.ones((1, 3), bool))
