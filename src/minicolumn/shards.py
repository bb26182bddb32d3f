"""Which circuits a job works on."""

# Held-out circuits of synthetic mice live far above any training circuit, so growing
# the number of circuits never meets them.
FIRST_MOUSE_CIRCUIT = 1_000_000
FIRST_MOUSE_SESSION = 900_000_101
MICE_PER_GROUP = 10_000  # room for each mechanism's mice
# Mice to learn from, and fresh ones to judge what was learned, share no circuit.
FIRST_COHORT_CIRCUIT = 10_000_000
FIRST_VALIDATION_CIRCUIT = 100_000_000


def shard_names(n_circuits: int, per_shard: int) -> list[str]:
    """Return the zero-padded names of all shards."""
    return [f"{shard:04d}" for shard in range(-(-n_circuits // per_shard))]


def circuits_of_shard(shard: int, n_circuits: int, per_shard: int) -> tuple[int, int]:
    """Return the half-open range of circuits of one shard; the last may be shorter.

    Examples
    --------
    >>> [circuits_of_shard(shard, n_circuits=250, per_shard=100) for shard in range(3)]
    [(0, 100), (100, 200), (200, 250)]
    """
    first = shard * per_shard
    return first, min(first + per_shard, n_circuits)


def mouse_circuits(group: int, per_group: int) -> range:
    """Return the circuits of one group of synthetic mice; more mice move nobody."""
    first = FIRST_MOUSE_CIRCUIT + group * MICE_PER_GROUP
    return range(first, first + per_group)


def mouse_sessions(n_groups: int, per_group: int) -> list[int]:
    """Return the session ids of all synthetic mice, group by group."""
    return [
        FIRST_MOUSE_SESSION + group * MICE_PER_GROUP + mouse
        for group in range(n_groups)
        for mouse in range(per_group)
    ]
