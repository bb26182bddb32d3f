"""No two random streams coincide, and nobody shares a circuit with who judges."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from minicolumn import keys
from minicolumn.keys import Stream, circuits_of_shard, generator, shard_names

LIBRARY = Path(keys.__file__).parent
RANGES = (
    keys.BANK_CIRCUITS,
    keys.SYNTHETIC_CIRCUITS,
    keys.TRAINING_CIRCUITS,
    keys.VALIDATION_CIRCUITS,
    keys.SYNTHETIC_SESSIONS,
    keys.TUNED_CIRCUITS,
    keys.REFERENCE_CIRCUITS,
)
seeds = st.integers(0, 2**31 - 1)
identities = st.lists(st.integers(0, 2**31 - 1), max_size=3).map(tuple)
streams = st.sampled_from(Stream)
counts, sizes = st.integers(1, 5000), st.integers(1, 300)


def state(seed, stream, identity):
    return generator(seed, stream, *identity).bit_generator.state["state"]["state"]


@given(seeds, st.tuples(streams, identities), st.tuples(streams, identities))
def test_no_two_keys_give_one_stream(seed, one, other):
    assert (state(seed, *one) == state(seed, *other)) == (one == other)


@pytest.mark.parametrize("identity", [(), (0,), (900_000_101,), (7, 0), (0, 0)])
def test_no_two_streams_coincide_for_one_identity(identity):
    states = [state(1, stream, identity) for stream in Stream]
    assert len(set(states)) == len(Stream)


def test_no_stream_ends_in_what_numpy_ignores():
    assert all(stream for stream in Stream)


def test_nothing_else_makes_generators():
    makes = re.compile(r"default_rng|SeedSequence|RandomState|random\.seed|Philox\(")
    others = [
        path.name
        for path in LIBRARY.rglob("*.py")
        if makes.search(path.read_text()) and path.name != "keys.py"
    ]
    assert others == []


def test_identities_never_meet():
    for one, other in itertools.combinations(RANGES, 2):
        assert one.stop <= other.start or other.stop <= one.start
    assert all(one.stop <= 2**32 for one in RANGES)  # words of the noise generator


def test_trials_of_a_fit_are_nobody_elses():
    assert keys.FIT_TRIALS.start > 1000
    assert keys.FIT_TRIALS.stop <= keys.JUDGED_TRIALS.start
    assert keys.JUDGED_TRIALS.stop <= 2**32


@given(st.integers(1, 200), st.integers(1, 200))
def test_more_synthetic_mice_move_nobody(per_group, more):
    groups = [set(keys.synthetic_circuits(group, per_group)) for group in range(3)]
    assert all(circuit in keys.SYNTHETIC_CIRCUITS for circuit in set.union(*groups))
    assert len(set.union(*groups)) == 3 * per_group
    assert groups[1] <= set(keys.synthetic_circuits(1, per_group + more))
    sessions = keys.synthetic_sessions(3, per_group)
    assert set(sessions) <= set(keys.synthetic_sessions(3, per_group + more))


def test_validation_mice_of_two_groups_never_meet():
    last = keys.validation_circuit(3, keys.VALIDATION_PER_GROUP - 1)
    assert last < keys.validation_circuit(4, 0)


def test_a_stream_starts_over_each_time():
    first, again = (generator(3, Stream.WIRING, 7).random(4) for _ in range(2))
    np.testing.assert_array_equal(first, again)


@given(n=counts, per_shard=sizes)
def test_shards_cover_every_circuit_once(n, per_shard):
    shards = range(len(shard_names(n, per_shard)))
    covered = [c for s in shards for c in range(*circuits_of_shard(s, n, per_shard))]
    assert covered == list(range(n))


@given(n=counts, per_shard=sizes, more=st.integers(1, 1000))
def test_more_circuits_leave_full_shards_alone(n, per_shard, more):
    full = n // per_shard
    for shard in {0, full // 2, full - 1} & set(range(full)):
        before = circuits_of_shard(shard, n, per_shard)
        assert before == circuits_of_shard(shard, n + more, per_shard)
