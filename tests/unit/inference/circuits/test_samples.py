import numpy as np
import pytest
from bare import INPUT_NAMES

from minicolumn.circuits.family import family
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.files.columns import parameter_columns
from minicolumn.files.store import read_table, write_parts
from minicolumn.files.tables import POSTERIOR_SAMPLES
from minicolumn.inference.circuits.samples import posterior_samples, sampled
from minicolumn.sessions.session import Session
from minicolumn.statistics.names import ALL_NAMES


@pytest.fixture
def sessions():
    epochs = np.random.default_rng(0).uniform(1, 2, (2, 8, len(ALL_NAMES)))
    return [Session(i, rest, rest) for i, rest in enumerate(epochs, start=900)]


def test_the_table_has_the_samples_that_predictions_use(quick, sessions, tmp_path):
    path = tmp_path / "samples.parquet"
    schema = POSTERIOR_SAMPLES.plus(*parameter_columns(family("ei").parameters))
    write_parts(path, schema, posterior_samples(quick, sessions, 20, seed=1))
    table = read_table(path, POSTERIOR_SAMPLES).to_pandas()
    for session in sessions:
        drawn = sampled(quick, session, MECHANISMS, 20, seed=1)
        mine = table[table["session_id"] == session.identity]
        for mechanism, inputs in drawn.items():
            rows = mine[mine["mechanism"] == mechanism]
            np.testing.assert_array_equal(rows[list(INPUT_NAMES)], inputs)
            assert rows["draw"].tolist() == list(range(20))


def test_a_session_has_its_own_samples_whatever_others_there_are(quick, sessions):
    alone, together = (
        sampled(quick, sessions[1], MECHANISMS, 20, 1),
        list(posterior_samples(quick, sessions, 20, 1))[1],
    )
    np.testing.assert_array_equal(
        together["level"], np.concatenate([one[:, -1] for one in alone.values()])
    )


def test_epochs_that_observations_are_measured_from_are_not_known(quick, sessions):
    first = sessions[0]
    changed = first.stationary.copy()
    changed[1::2] += 1e3
    drawn = (
        sampled(quick, one, MECHANISMS[:1], 20, 1)[MECHANISMS[0]]
        for one in (first, Session(first.identity, changed, first.running + 1e3))
    )
    np.testing.assert_array_equal(*drawn)
