"""Fits start from training circuits that fire, or from samples of a posterior."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.files.tables import POSTERIOR_SAMPLES, SIMULATED_STATISTICS
from minicolumn.keys import TUNED_CIRCUITS
from minicolumn.learning.splits import SplitRule
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.tuning.starts import Bank, Starts

RULE = SplitRule(7, 0.1, 0.1, 0.15)
SILENT = 3


@pytest.fixture(scope="module")
def bank():
    rng, ids = np.random.default_rng(1), np.arange(40)
    missing = dict.fromkeys(SIMULATED_STATISTICS.names)
    rows = [
        missing
        | {"circuit_id": int(one), "mechanism": "synaptic", "level": level}
        | {"outcome": "silent" if one == SILENT else "ok"}
        | dict(
            zip(STATISTIC_NAMES, rng.uniform(0.1, 2, len(STATISTIC_NAMES)), strict=True)
        )
        for one in ids
        for level in (0.0, 0.5)
    ]
    simulated = pa.Table.from_pylist(rows, schema=SIMULATED_STATISTICS.arrow())
    return Bank.of(pa.table({"circuit_id": ids}), simulated, RULE)


def starts(kind, bank, samples=None, n=3, seed=5):
    empty = POSTERIOR_SAMPLES.arrow().empty_table()
    return Starts(kind, n, bank, empty if samples is None else samples, 3, seed)


def ids(rows):
    return [row["circuit_id"] for row in rows]


def test_the_bank_has_training_circuits_that_fire(bank):
    found = np.array(ids(bank.rows))
    assert SILENT not in found
    assert RULE.members(found, "train").all()
    assert len(found) > 10


def test_the_nearest_is_the_session_itself_if_it_is_there(bank, session):
    rest = session.stationary.copy()
    rest[::2, : len(STATISTIC_NAMES)] = bank.statistics[7]
    same = replace(session, stationary=rest)
    assert ids(starts("nearest", bank).of(same))[0] == ids(bank.rows)[7]


def test_draws_of_the_prior_differ_between_sessions_and_never_in_one(bank, session):
    first, again = (ids(starts("prior", bank).of(session)) for _ in range(2))
    other = ids(starts("prior", bank).of(replace(session, identity=12)))
    assert first == again
    assert first != other
    assert len(set(first)) == 3
    assert set(first) <= set(ids(bank.rows))


def test_posterior_samples_are_new_circuits(bank, session):
    samples = pa.table({"session_id": [11] * 5 + [12] * 5, "g_ee_nS": np.arange(10.0)})
    rows = starts("posterior", bank, samples).of(session)
    assert len(rows) == 3
    assert {row["g_ee_nS"] for row in rows} < set(range(5))
    assert all(one in TUNED_CIRCUITS for one in ids(rows))
    assert len(set(ids(rows))) == 3
    assert not starts("posterior", bank, samples).of(replace(session, identity=13))
