"""One circuit made from a connectome: its neurons, and what physiology they have."""

from collections.abc import Mapping

import numpy as np

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.connectome.measured import check_size, measured
from minicolumn.circuits.connectome.neighborhoods import neighborhood
from minicolumn.circuits.ei.wiring import REFERENCE_SIZE
from minicolumn.circuits.v1_types.cell_types import KINDS
from minicolumn.circuits.v1_types.wiring import background_of, class_means_nS
from minicolumn.config.simulation import Physics
from minicolumn.keys import Stream, generator


def build_circuit(
    circuit_id: int, parameters: Mapping[str, float], physics: Physics
) -> Circuit:
    """Wire one circuit as measured.

    Its neurons are a neighborhood of as many as its parameters say. The conductance of
    a connection is its strength over the mean of the connectome, times that of its
    classes of neurons. Conductances are scaled to the size, and the background drawn,
    as in the family `minicolumn.circuits.v1_types`.

    Raises
    ------
    ConfigError
        If the connectome has fewer neurons, or no circuit can be read from its tables.
    """
    found, n = measured(physics.circuits.connectome), int(parameters["n_neurons"])
    check_size(found, n)
    rng = generator(physics.seed, Stream.WIRING, circuit_id)
    chosen = neighborhood(found, n, rng)
    kind, strength = found.kind[chosen], found.strength[chosen][:, chosen].toarray()
    mean_nS = class_means_nS(kind, parameters) * np.sqrt(REFERENCE_SIZE / n)
    return Circuit(
        circuit_id=circuit_id,
        sizes=tuple(np.bincount(kind, minlength=len(KINDS)).tolist()),
        weights_uS=1e-3 * strength * mean_nS,
        **background_of(rng, kind, parameters, physics),
    )
