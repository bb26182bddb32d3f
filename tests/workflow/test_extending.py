"""What docs/extending adds goes through every stage, from prior to report."""

import json

import numpy as np
import pyarrow.compute as pc
import pytest
from checkouts import EXTENDED, TINY, copy_checkout

pytestmark = [pytest.mark.workflow, pytest.mark.allen, pytest.mark.slow]

CONFIGURATION = ("--configfile", TINY, EXTENDED)
WINDOW_S, BOUTS = 10.0, 8


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """A checkout in which the tiny workflow has run with one extension of each kind."""
    checkout = copy_checkout(tmp_path_factory.mktemp("extended") / "checkout")
    (checkout.path / "mice").mkdir()
    for session in (1, 2):
        write_mouse(checkout.path / "mice" / f"{session}.npz", session)
    checkout.snakemake("--cores", "2", *CONFIGURATION)
    return checkout


def write_mouse(path, seed, n_units=30):
    """Write Poisson units that fire at 1.5 times their rate in every second bout."""
    rng = np.random.default_rng(seed)
    edge_s = np.linspace(0, BOUTS * WINDOW_S, 801)
    running = (edge_s[:-1] // WINDOW_S) % 2 == 1
    unit, spike_s = [], []
    for one, rate_hz in enumerate(rng.lognormal(2.3, 0.4, n_units)):
        every_s = rng.uniform(0, edge_s[-1], rng.poisson(1.5 * rate_hz * edge_s[-1]))
        is_running = (every_s // WINDOW_S) % 2 == 1
        kept_s = every_s[is_running | (rng.random(every_s.size) < 1 / 1.5)]
        spike_s.append(kept_s)
        unit.append(np.full(kept_s.size, one))
    spikes = {"unit": np.concatenate(unit), "s": np.concatenate(spike_s)}
    np.savez(path, **spikes, edge_s=edge_s, cm_s=np.where(running, 20.0, 0.0))


@pytest.fixture(scope="module")
def results(extended):
    return extended.path / "results" / "extended"


def read(path):
    """Read a table as any program does: its columns are not those of this process."""
    from pyarrow.parquet import read_table

    return read_table(path)


def test_the_report_shows_everything_that_was_added(results):
    page = (results / "report.html").read_text()
    for name in ("nicotinic", "cv2", "quadratic"):
        assert page.count(name) > 5, name


def test_the_new_mechanism_differs_from_no_ach_only_above_level_0(results):
    nicotinic, synaptic = (
        read(results / "simulations" / name / "shard-0000.parquet")
        for name in ("nicotinic", "synaptic")
    )
    at_0 = pc.field("level") == 0
    column = "spike_time_ms"
    assert nicotinic.filter(at_0)[column] == synaptic.filter(at_0)[column]
    assert nicotinic.filter(~at_0)[column] != synaptic.filter(~at_0)[column]


def test_the_new_mechanism_is_a_class_to_be_found(results):
    known = json.loads((results / "inference" / "mechanism_model.json").read_text())
    assert known["n_mice"]["nicotinic"] == known["n_mice"]["none"]
    table = read(results / "inference" / "mechanism.parquet")
    assert "probability_nicotinic" in table.column_names


def test_the_new_statistic_is_described_on_both_sides_and_scored(results):
    recorded = read(results / "statistics" / "recorded" / "1.parquet")
    # Poisson units, so 1, give or take what 1 s windows allow.
    assert abs(pc.mean(recorded["cv2"]).as_py() - 1) < 0.1
    simulated = read(
        results / "statistics" / "simulated" / "combined" / "shard-0000.parquet"
    )
    assert simulated["cv2"].null_count < simulated.num_rows
    changes = read(results / "prediction" / "predictions.parquet")
    assert "cv2" in changes["statistic"].to_pylist()


def test_the_new_surrogate_predicts_every_mechanism(results):
    changes = read(results / "prediction" / "predictions.parquet")
    mine = changes.filter(pc.field("forward") == "quadratic")
    assert set(mine["training_set"].to_pylist()) == {
        *("synaptic", "depolarizing", "combined", "nicotinic", "ach_shuffled"),
    }
    assert mine["predicted"].null_count < mine.num_rows


def test_what_is_added_or_changed_reruns_what_it_made_alone(extended):
    """One dry run per question; nothing is made."""
    statistic = "docs/extending/cv2.py"
    extended.edit(statistic, "terms = 2 *", "terms = 2.5 *")
    planned = extended.planned(*CONFIGURATION)
    assert "simulate_shard" not in planned
    assert {"describe_simulations", "describe_recordings", "write_report"} <= {*planned}
    extended.edit(statistic, "terms = 2.5 *", "terms = 2 *")
    extended.edit(statistic, "# both intervals", "# here, both intervals")
    assert not extended.planned(*CONFIGURATION)
    mechanism = "docs/extending/nicotinic.py"
    extended.edit(mechanism, '"inh": shift', '"inh": 2 * shift')
    planned = extended.planned(*CONFIGURATION)
    assert planned["simulate_shard"] == 2  # both shards, of this mechanism alone
