"""One circuit as NeuroML 2: cells with their channels, synapses, connections, drive.

Schema and meaning of all elements are those of docs.neuroml.org, version 2.3. The
short-term plasticity of NeuroML's ``tsodyksMarkramDepFacMechanism`` is this library's.
What NeuroML has no element for is left out: the background noise, bursts, and the
factor on the decay of the synapses that each neuron receives.
"""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from minicolumn.export.one_circuit import Connections, OneCircuit
from minicolumn.files.store import whole_file

NAMESPACE = "http://www.neuroml.org/schema/neuroml2"
RISE_MS = 0.05  # NeuroML's plastic synapse cannot jump
Attributes = Mapping[str, str]
Values = Mapping[str, float]
Rate = tuple[str, float, float, float]


def write_neuroml(path: Path, one: OneCircuit) -> None:
    """Write a circuit as one file, ``*.net.nml``."""
    root = ElementTree.Element("neuroml", {"xmlns": NAMESPACE, "id": one.name})
    _add(root, "notes").text = _notes(one)
    _m_current_time(root)
    parts = list(one.connections())
    for part in parts:
        _synapse(root, part)
    for at, kind in enumerate(one.dynamics.kinds):
        values = _values(one, at)
        _channels(root, kind, values)
        _cell(root, kind, values)
    for neuron, drive_nA in enumerate(one.drive_nA):
        duration = f"{one.config.simulation.duration_s:g}s"
        given = {"id": f"drive_{neuron}", "delay": "0ms", "duration": duration}
        _add(root, "pulseGenerator", given | {"amplitude": f"{drive_nA:.9g}nA"})
    _network(root, one, parts)
    _in_order_of_the_schema(root)
    ElementTree.indent(root)
    with whole_file(path) as temporary:
        ElementTree.ElementTree(root).write(temporary, "utf-8", xml_declaration=True)


def _notes(one: OneCircuit) -> str:
    return (
        f"Circuit {one.circuit.circuit_id} of minicolumn under the {one.mechanism} "
        f"mechanism at ACh level {one.level:g}. Left out: background noise, bursts, "
        "and the factor on the decay of synapses by neuron. SYNTHETIC: a simulated "
        "circuit, not a reconstruction."
    )


def _values(one: OneCircuit, at: int) -> dict[str, float]:
    """Return the parameters of the neurons of a type."""
    neurons, dynamics = one.config.neurons, one.dynamics
    kind = np.array(list(dynamics.kinds)[at : at + 1])
    channels = dynamics.channel_parameters(neurons, kind, one.circuit.g_M_scale)
    values = channels | {"area": dynamics.area_um2(neurons, kind)}
    return {name: float(value[0]) for name, value in values.items()} | {
        "capacitance": dynamics.capacitance_uF_cm2,
        "v_init": dynamics.v_init_mV,
        "v_spike": dynamics.v_spike_mV,
    }


def rates(vt: float) -> dict[tuple[str, int], dict[str, Rate]]:
    """Return the gates of Pospischil et al. 2008 as NeuroML's standard rates.

    By channel and number of gates: type, rate per ms, midpoint in mV and scale in mV of
    the opening and the closing rate of each gate; ``vt`` is the threshold in mV.
    """
    return {
        ("Na_m", 3): {
            "forwardRate": ("HHExpLinearRate", 1.28, vt + 13, 4),
            "reverseRate": ("HHExpLinearRate", 1.4, vt + 40, -5),
        },
        ("Na_h", 1): {
            "forwardRate": ("HHExpRate", 0.128, vt + 17, -18),
            "reverseRate": ("HHSigmoidRate", 4.0, vt + 40, 5),
        },
        ("K_n", 4): {
            "forwardRate": ("HHExpLinearRate", 0.16, vt + 15, 5),
            "reverseRate": ("HHExpRate", 0.5, vt + 10, -40),
        },
    }


def _channels(root: ElementTree.Element, kind: str, values: Values) -> None:
    leak = {"id": f"{kind}_leak", "conductance": "10pS", "type": "ionChannelPassive"}
    _add(root, "ionChannel", leak)
    opened: dict[str, ElementTree.Element] = {}
    for (name, power), both in rates(values["vt"]).items():
        channel, gate = name.split("_")
        if channel not in opened:
            opened[channel] = _channel(root, f"{kind}_{channel}", channel.lower())
        about = {"id": gate, "instances": str(power)}
        inside = _add(opened[channel], "gateHHrates", about)
        for direction, (form, rate, midpoint, scale) in both.items():
            _add(inside, direction, {
                "type": form, "rate": f"{rate:g}per_ms",
                "midpoint": f"{midpoint:.9g}mV", "scale": f"{scale:g}mV",
            })  # fmt: skip
    slow = _channel(root, f"{kind}_Km", "k")
    gate = _add(slow, "gateHHtauInf", {"id": "p", "instances": "1"})
    _add(gate, "timeCourse", {"type": "M_time", "tau": f"{values['Km_taumax']:g}ms"})
    _add(gate, "steadyState", {
        "type": "HHSigmoidVariable", "rate": "1", "midpoint": "-35mV", "scale": "10mV",
    })  # fmt: skip


def _channel(root: ElementTree.Element, name: str, ion: str) -> ElementTree.Element:
    given = {"id": name, "conductance": "10pS", "species": ion}
    return _add(root, "ionChannelHH", given)


def _m_current_time(root: ElementTree.Element) -> None:
    """Define the time course of the M current, for which there is no standard type."""
    given = {"name": "M_time", "extends": "baseVoltageDepTime"}
    kind = _add(root, "ComponentType", given)
    _add(kind, "Parameter", {"name": "tau", "dimension": "time"})
    given = {"name": "MV", "dimension": "voltage", "value": "1mV"}
    _add(kind, "Constant", given)
    x = "(v / MV + 35) / 20"
    _add(_add(kind, "Dynamics"), "DerivedVariable", {
        "name": "t", "dimension": "time", "exposure": "t",
        "value": f"tau / (3.3 * exp({x}) + exp(-{x}))",
    })  # fmt: skip


def _cell(root: ElementTree.Element, kind: str, values: Values) -> None:
    cell = _add(root, "cell", {"id": f"{kind}_cell"})
    segment = _add(
        _add(cell, "morphology", {"id": f"{kind}_morphology"}),
        "segment", {"id": "0", "name": "soma"},
    )  # fmt: skip
    size_um = math.sqrt(values["area"] / math.pi)  # a cylinder as long as wide
    for end, y in (("proximal", 0.0), ("distal", size_um)):
        point = {"x": "0", "y": f"{y:.9g}", "z": "0", "diameter": f"{size_um:.9g}"}
        _add(segment, end, point)
    physics = _add(cell, "biophysicalProperties", {"id": f"{kind}_biophysics"})
    membrane = _add(physics, "membraneProperties")
    for channel, ion, conductance, reversal in (
        ("leak", "non_specific", "Leak_gLeak", "Leak_eLeak"),
        ("Na", "na", "Na_gNa", "eNa"),
        ("K", "k", "K_gK", "eK"),
        ("Km", "k", "Km_gKm", "eK"),
    ):
        _add(membrane, "channelDensity", {
            "id": f"{kind}_{channel}_all", "ionChannel": f"{kind}_{channel}",
            "condDensity": f"{values[conductance]:.9g}S_per_cm2",
            "erev": f"{values[reversal]:g}mV", "ion": ion,
        })  # fmt: skip
    for name, value in (
        ("spikeThresh", f"{values['v_spike']:g}mV"),
        ("specificCapacitance", f"{values['capacitance']:g}uF_per_cm2"),
        ("initMembPotential", f"{values['v_init']:g}mV"),
    ):
        _add(membrane, name, {"value": value})
    inside = _add(physics, "intracellularProperties")
    _add(inside, "resistivity", {"value": "0.1kohm_cm"})


def _synapse(root: ElementTree.Element, part: Connections) -> None:
    values = part.parameters
    about = {
        "id": part.pathway, "gbase": "1nS", "erev": f"{values['e_syn']:g}mV",
        "tauRise": f"{RISE_MS:g}ms", "tauDecay": f"{values['decay']:g}ms",
    }  # fmt: skip
    is_static = not values["recovery"]
    if is_static:
        about["gbase"] = f"{values['U']:.9g}nS"
    synapse = _add(root, "blockingPlasticSynapse", about)
    if not is_static:
        _add(synapse, "plasticityMechanism", {
            "type": "tsodyksMarkramDepFacMechanism",
            "initReleaseProb": f"{values['U']:.9g}",
            "tauRec": f"{values['recovery']:g}ms",
            "tauFac": f"{values['facilitation']:g}ms",
        })  # fmt: skip
    if "magnesium" in values:
        _add(synapse, "blockMechanism", {
            "type": "voltageConcDepBlockMechanism", "species": "mg",
            "blockConcentration": f"{values['magnesium']:g}mM",
            "scalingConc": "3.57mM", "scalingVolt": f"{1 / 0.062:.9g}mV",
        })  # fmt: skip


def _network(
    root: ElementTree.Element, one: OneCircuit, parts: list[Connections]
) -> None:
    network = _add(root, "network", {"id": one.name})
    for kind, n in zip(one.dynamics.kinds, one.circuit.sizes, strict=True):
        given = {"id": kind, "component": f"{kind}_cell", "size": str(n)}
        _add(network, "population", given)
    for part in parts:
        for name, inside in _projections(one, part):
            projection = _add(network, "projection", name)
            for number, (pre, post, weight_uS) in enumerate(inside):
                _add(projection, "connectionWD", {
                    "id": str(number), "preCellId": _path(one, pre),
                    "postCellId": _path(one, post),
                    "weight": f"{1e3 * weight_uS:.9g}", "delay": f"{part.delay_ms:g}ms",
                })  # fmt: skip
    for neuron in range(one.circuit.n):
        given = {"target": _path(one, neuron)[3:], "input": f"drive_{neuron}"}
        _add(network, "explicitInput", given)


def _projections(
    one: OneCircuit, part: Connections
) -> Iterator[tuple[dict[str, str], list[tuple[int, int, float]]]]:
    """Yield the connections of a pathway between each two types of neuron."""
    every = list(zip(part.pre, part.post, part.weight_uS, strict=True))
    for source in one.dynamics.kinds:
        for target in one.dynamics.kinds:
            inside = [
                (int(pre), int(post), float(weight_uS))
                for pre, post, weight_uS in every
                if (_kind(one, pre), _kind(one, post)) == (source, target)
            ]
            if inside:
                yield {
                    "id": f"{part.pathway}_{source}_{target}",
                    "presynapticPopulation": source, "postsynapticPopulation": target,
                    "synapse": part.pathway,
                }, inside  # fmt: skip


def _kind(one: OneCircuit, neuron: int) -> str:
    return str(one.kinds[neuron])


def _path(one: OneCircuit, neuron: int) -> str:
    kind = _kind(one, neuron)
    return f"../{kind}[{neuron - (kind == 'inh') * one.circuit.n_exc}]"


_ORDER = (
    *("notes", "ionChannel", "ionChannelHH", "blockingPlasticSynapse", "cell"),
    *("pulseGenerator", "network", "ComponentType"),
)


def _in_order_of_the_schema(root: ElementTree.Element) -> None:
    root[:] = sorted(root, key=lambda element: _ORDER.index(element.tag))


def _add(
    parent: ElementTree.Element, tag: str, attributes: Attributes | None = None
) -> ElementTree.Element:
    return ElementTree.SubElement(parent, tag, dict(attributes or {}))
