"""A run tells what it has, and what it lacks is one sentence."""

import pandas as pd
import pytest
from small_run import write_run

from minicolumn.api.opened import NotInRunError, open_run
from minicolumn.errors import UnreadableTableError
from minicolumn.files.origin import Origin, working
from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import EPOCHS, SIMULATIONS


@pytest.fixture
def results(tmp_path, cfg):
    directory = tmp_path / "results" / "small"
    directory.mkdir(parents=True)
    write_run(directory, cfg.prior)
    exported = directory / "export"
    exported.mkdir()
    with working(Origin("export", "", {}), {}):
        write_run(exported, cfg.prior)
    return directory


def test_a_table_is_all_of_its_parts_once(results):
    run = open_run(results)
    assert set(run.tables) >= {"circuits", "epochs", "simulated_statistics"}
    circuits = run.table("circuits")
    assert circuits["circuit_id"].tolist() == list(range(8))
    assert circuits.attrs["unit"]["g_ee_nS"] == "nS"
    assert circuits.attrs["description"]["circuit_id"] == "identity of the circuit"
    epochs = read_table(results / "epochs.parquet", EPOCHS).to_pandas()
    pd.testing.assert_frame_equal(run.table("epochs"), epochs, check_flags=False)


def test_rows_are_chosen_by_values(results):
    run = open_run(results)
    found = run.table("simulated_statistics", mechanism="combined", level=0.3)
    assert found["circuit_id"].tolist() == list(range(8))
    assert set(found["mechanism"]) == {"combined"}
    assert run.table("simulated_statistics", mechanism="none").empty


def test_what_a_run_lacks_is_named_with_what_it_has(results, tmp_path):
    run = open_run(results)
    with pytest.raises(NotInRunError, match=r"no table 'circuit'; it has circuits, ep"):
        run.table("circuit")
    with pytest.raises(NotInRunError, match="no result of score_predictions yet"):
        run.scores()
    with pytest.raises(NotInRunError, match=r"no surrogate combined/mlp; it has none"):
        run.surrogate("combined", "mlp")
    with pytest.raises(NotInRunError, match="does not say its configuration"):
        _ = run.config
    with pytest.raises(NotInRunError, match="is no directory"):
        open_run(tmp_path / "nothing")


def test_a_circuit_is_taken_with_the_spikes_of_its_level(results, settings):
    columns = {
        "circuit_id": [3, 3],
        "mechanism": ["combined"] * 2,
        "level": [0.0, 0.1 + 0.2],  # not quite 0.3
        "outcome": ["ok"] * 2,
        "n_units": [40] * 2,
        "n_excitatory": [32] * 2,
        "duration_s": [1.0] * 2,
        "spike_unit": [[], [7]],
        "spike_time_ms": [[], [0.5]],
    }
    write_table(results / "simulations.parquet", SIMULATIONS, columns)
    run = open_run(results)
    run._config = settings()
    one = run.circuit(3, "combined", 0.3)
    assert (one.circuit.circuit_id, one.spike_unit.tolist()) == (3, [7])
    with pytest.raises(NotInRunError, match="no simulation of circuit 4 under 'combin"):
        run.circuit(4, "combined", 0.3)


def test_a_damaged_part_is_refused(results):
    path = results / "epochs.parquet"
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    with pytest.raises(UnreadableTableError, match=r"epochs\.parquet"):
        open_run(results).table("epochs")
