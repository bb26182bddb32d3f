from hypothesis import given
from hypothesis import strategies as st

from minicolumn.jobs.shards import circuits_of_shard, shard_names

counts, sizes = st.integers(1, 5000), st.integers(1, 300)


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
