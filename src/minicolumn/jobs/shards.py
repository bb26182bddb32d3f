"""Which circuits belong to which job."""


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
