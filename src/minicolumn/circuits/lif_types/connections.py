"""One circuit made from its parameters: a circuit of `v1_types` in one place."""

from collections.abc import Mapping

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.v1_types import wiring
from minicolumn.config.simulation import Physics


def build_circuit(
    circuit_id: int, parameters: Mapping[str, float], physics: Physics
) -> Circuit:
    """Wire one circuit, whose connections do not depend on distance."""
    in_one_place = {"radius_um": 0.0, "g_M_scale": 0.0}
    return wiring.build_circuit(circuit_id, {**parameters, **in_one_place}, physics)
