"""One circuit made from its parameters: a circuit of `ei` whose types are alike."""

from collections.abc import Mapping

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.ei import wiring
from minicolumn.config.simulation import Physics


def build_circuit(
    circuit_id: int, parameters: Mapping[str, float], physics: Physics
) -> Circuit:
    """Wire one circuit.

    An Erdos-Renyi network: any two neurons connect with the same probability, and the
    mean strength depends on the class of the presynaptic neuron alone.
    """
    alike = {
        **{name: parameters["p"] for name in ("p_exc", "p_inh")},
        **{name: parameters["g_exc_nS"] for name in ("g_ee_nS", "g_ei_nS")},
        **{name: parameters["g_inh_nS"] for name in ("g_ie_nS", "g_ii_nS")},
        "g_M_scale": 0.0,
    }
    return wiring.build_circuit(circuit_id, {**parameters, **alike}, physics)
