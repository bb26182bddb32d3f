"""Sampling the parameters of circuits."""

from collections.abc import Iterable

from minicolumn.circuits.distributions import at_quantile
from minicolumn.config.circuits import Range
from minicolumn.keys import Stream, generator


def sample_parameters(
    prior: dict[str, Range], seed: int, circuit_id: int
) -> dict[str, float]:
    """Return the parameters of one circuit, one value per entry of ``prior``.

    A circuit is the same in any shard, and narrowing one range moves no other value.

    Examples
    --------
    >>> prior = {"tau_fast_ms": Range(low=2, high=10, scale="log", source="an example")}
    >>> sample_parameters(prior, seed=1, circuit_id=7) == sample_parameters(prior, 1, 7)
    True
    """
    rng = generator(seed, Stream.PARAMETERS, circuit_id)
    quantiles = rng.random(len(prior))
    return {
        name: float(at_quantile(allowed, float(quantile)))
        for (name, allowed), quantile in zip(prior.items(), quantiles, strict=True)
    }


def parameter_rows(
    prior: dict[str, Range], seed: int, circuit_ids: Iterable[int]
) -> list[dict[str, float]]:
    """Return the rows of the ``circuits`` table for these circuits."""
    return [
        {"circuit_id": circuit_id, **sample_parameters(prior, seed, circuit_id)}
        for circuit_id in circuit_ids
    ]
