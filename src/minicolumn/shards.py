"""Which circuits a job works on."""

# Held-out circuits of synthetic mice live far above any training circuit, so growing
# the number of circuits never meets them.
FIRST_MOUSE_CIRCUIT = 1_000_000
FIRST_MOUSE_SESSION = 900_000_101


def shard_names(n_circuits: int, per_shard: int) -> list[str]:
    """Return the zero-padded names of all shards."""
    return [f"{shard:04d}" for shard in range(-(-n_circuits // per_shard))]


def circuits_of_shard(shard: int, n_circuits: int, per_shard: int) -> tuple[int, int]:
    """Return the half-open range of circuits of one shard; the last may be shorter."""
    first = shard * per_shard
    return first, min(first + per_shard, n_circuits)


def mouse_sessions(n_mice: int) -> list[int]:
    """Return the session ids of the synthetic mice."""
    return [FIRST_MOUSE_SESSION + mouse for mouse in range(n_mice)]
